"""Who may do what: the table read by roles, and what an actor holds through grants."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import (
    ROLES,
    SYSTEM,
    ActiveGrant,
    Actor,
    Permission,
    Role,
)

P, R = Permission, Role
MARKER = ActiveGrant(R.MARKER, unit_id=3, line_id=1)
ADMIN = ActiveGrant(R.ADMIN, unit_id=4, line_id=None)
BOTH = Actor(7, (MARKER, ADMIN))

_ANSWERS_FOR_UNITS = {
    P.PROGRESS_READ,
    P.ABSENCE_RECORD,
    P.COMPLETION_WITHDRAW,
    P.DISPLAY_MANAGE,
    P.REMIND,
    P.REPORT_COMMENT,
    P.DISPENSATION_ASK,
    P.CHASE_DRAFT,
    P.BRIEFING_EDIT,
    P.SESSION_HOLD,
    P.FILES_MAKE,
    P.ELECTIVE_OFFER,
}
_ANSWERS_A_GROUP = {P.FINDING_READ, P.FINDING_ANSWER}
_FOR_THE_SYSTEM = {
    P.ROSTER_IMPORT,
    P.PEOPLE_READ,
    P.PEOPLE_ACTIVATE,
    P.PEOPLE_DISABLE,
    P.ROLE_GIVE,
    P.CLOCK_CONFIRM,
    P.SYSTEM_READ,
}
_FOR_SECURITY = {
    P.PEOPLE_READ,
    P.ROLE_GIVE,
    P.ROLE_CONFIRM,
    P.GRANT_END,
    P.SECURITY_SET,
}
_OF_NO_ADMIN = {P.ANSWER_MARK, P.REPORT_COMMENT, P.REPORT_SIGN, P.ROLE_CONFIRM}
_OF_NO_ADMIN |= {*_ANSWERS_A_GROUP, P.FINDING_WRITE, P.VISIT_READ}
# Role -> what it may do beside what an admin may; the admin does everything but marking and reporting.
BY_ROLE = {
    R.OFFICER: set(),
    R.UNIT_HEAD: {
        *_ANSWERS_FOR_UNITS,
        *_ANSWERS_A_GROUP,
        P.REPORT_SIGN,
        P.CHASE_APPROVE,
        P.REWORK_ORDER,
    },
    R.LIAISON: {*_ANSWERS_FOR_UNITS, *_ANSWERS_A_GROUP},
    R.INSPECTOR: {P.PROGRESS_READ, P.FINDING_READ, P.FINDING_WRITE, P.VISIT_READ},
    R.QUESTION_EDITOR: {P.BANK_READ, P.BANK_IMPORT, P.BANK_EDIT, P.BANK_EXPORT},
    R.REVIEWER: {P.BANK_READ, P.BANK_REVIEW},
    R.MARKER: {P.ANSWER_MARK},
    R.PROCTOR: {
        P.ATTEMPT_WATCH,
        P.ATTEMPT_VOID,
        P.ATTEMPT_REOPEN,
        P.ALLOWANCE_GRANT,
        P.ANNOUNCE,
        P.ANSWER_ENTER,
    },
    R.TEST_OWNER: {
        P.MARKS_READ,
        P.KEY_REVISE,
        P.EXAM_EDIT,
        P.ATTEMPT_WATCH,
        P.ANSWER_ADMIT,
        P.SIGNALS_READ,
        P.MARKS_RELEASE,
        P.DISPENSATION_ASK,
        P.DISPENSATION_DECIDE,
    },
    R.ADMIN: set(P) - _OF_NO_ADMIN,
    R.PROGRAMME_OWNER: set(P) - _OF_NO_ADMIN - _FOR_THE_SYSTEM - _FOR_SECURITY - {P.AUDIT_READ},
    R.SYSTEM_ADMIN: _FOR_THE_SYSTEM,
    R.SECURITY_ADMIN: _FOR_SECURITY,
    R.AUDITOR: {P.AUDIT_READ},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_this_and_nothing_else(role):
    holder = Actor(7, (ActiveGrant(role, 3, None),))
    assert {each for each in Permission if holder.may(each)} == BY_ROLE[role]


def test_every_permission_has_a_role():
    assert set(ROLES) == set(Permission) and all(ROLES.values())


def test_a_permission_reaches_the_units_of_the_grants_that_carry_it():
    assert BOTH.over(P.ANSWER_MARK) == (MARKER,)
    assert BOTH.over(P.PEOPLE_READ) == (ADMIN,)
    assert Actor(7, (MARKER,)).over(P.PEOPLE_READ) == ()


def test_one_grant_is_enough():
    assert BOTH.may(P.ANSWER_MARK) and BOTH.may(P.PEOPLE_READ)
    BOTH.must(P.PEOPLE_READ)


def test_without_a_grant_the_refusal_names_the_permission():
    assert not Actor(7).may(P.PEOPLE_READ)
    with pytest.raises(Forbidden) as refused:
        Actor(7, (MARKER,)).must(P.PEOPLE_READ)
    assert (refused.value.code, refused.value.params) == (
        "forbidden",
        {"permission": "units:people:read"},
    )


def test_the_system_may_do_everything_but_is_nobody():
    assert all(SYSTEM.may(each) for each in Permission)
    SYSTEM.must(P.PEOPLE_DISABLE)
    with pytest.raises(Forbidden) as refused:
        SYSTEM.own_id()
    assert refused.value.params == {"permission": "person"}
    assert BOTH.own_id() == 7
