"""三员分立 is off at first; on, three people have what one had, and the database refuses two in one."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from learnapp.db.people.models import Grant
from learnapp.domain.accounts.separation import THE_THREE
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.accounts import access, separation
from learnapp.services.operations import installation
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY, NOW

P = Permission
TODAY = FIRST_DAY.replace(month=11, day=23)
PEOPLE = ("root", "officer", "other")  # the first admin has become the system's


def _three(office, *logins: str) -> dict[Role, int]:
    return dict(zip(THE_THREE, (office.staff[each] for each in logins or PEOPLE), strict=True))


def _end_admin(office, login: str) -> None:
    (held, *_) = access.account_of(office.caller(), office.staff[login]).grants
    access.end_grant(office.system(), office.staff[login], held[0].id, TODAY)


@pytest.fixture
def separated(office):
    """The office with three people for the three."""
    _end_admin(office, "root")
    assert separation.switch_on(office.caller(), _three(office))
    return office


def test_it_is_off_at_first_and_one_person_may_be_all(office):
    assert not separation.is_on(office.session)
    office.appoint("officer", *Role)
    assert office.caller("officer").actor.may(P.AUDIT_READ)


def test_three_have_what_one_had_and_the_admin_keeps_the_programme(separated):
    may = {login: separated.caller(login).actor.may for login in ("admin", *PEOPLE)}
    assert may["root"](P.ROSTER_IMPORT) and may["root"](P.SYSTEM_READ)
    assert may["officer"](P.GRANT_END) and may["officer"](P.SECURITY_SET)
    assert may["other"](P.AUDIT_READ)
    assert may["admin"](P.PROGRAMME_EDIT) and may["admin"](P.BANK_READ)
    for login, rights in {
        "admin": (P.ROSTER_IMPORT, P.ROLE_GIVE, P.AUDIT_READ, P.SECURITY_SET, P.SYSTEM_READ),
        "root": (P.AUDIT_READ, P.SECURITY_SET, P.ROLE_CONFIRM, P.BANK_READ),
        "officer": (P.AUDIT_READ, P.SYSTEM_READ, P.PEOPLE_ACTIVATE, P.MARKS_READ),
        "other": (P.PEOPLE_READ, P.ROLE_GIVE, P.SYSTEM_READ, P.PROGRESS_READ),
    }.items():
        assert not [right for right in rights if may[login](right)], login
    with pytest.raises(Forbidden):
        separation.switch_on(separated.caller(), _three(separated))


def test_three_people_are_three_and_none_of_them_oneself_or_other_staff(office):
    admin = office.caller()
    with refused("three_people"):
        separation.switch_on(admin, _three(office, "officer", "officer", "other"))
    with refused("own_case"):
        separation.switch_on(admin, _three(office, "admin", "officer", "other"))
    with pytest.raises(Forbidden):
        separation.switch_on(office.caller("head"), _three(office))
    with refused("roles_held_twice") as held:
        separation.switch_on(admin, _three(office, "head", "officer", "other"))
    assert held.params["people"] == ["head"]


def test_nobody_gets_a_second_role_neither_by_the_service_nor_past_it(separated):
    system, over = separated.system(), (separated.unit_id, separated.line_id, TODAY)
    for login, role in (("other", Role.MARKER), ("head", Role.AUDITOR), ("head", Role.ADMIN)):
        with refused("roles_separated"):
            roles.grant(system, separated.staff[login], NewGrant(role, *over))
        row = Grant(
            person_id=separated.staff[login],
            role=role,
            unit_id=separated.unit_id,
            line_id=separated.line_id,
            valid_from=TODAY,
            recorded_at=NOW,
        )
        with (
            pytest.raises(DBAPIError, match="roles are separated"),
            separated.session.begin_nested(),
        ):
            separated.session.add(row)
            separated.session.flush()
    assert roles.grant(system, separated.staff["head"], NewGrant(Role.MARKER, *over))
    with refused("roles_separated"):
        installation.create_admin(separated.session, NOW, "云岭市委政法委", "又一位", "again")


def test_the_last_of_each_stays_and_only_the_server_switches_it_off(separated):
    officer = separated.staff["officer"]
    with refused("last_admin"):
        access.disable(separated.caller("root"), officer)
    with pytest.raises(Forbidden):
        separation.switch_off(separated.caller("officer"))
    assert separation.switch_off(separated.system())
    assert not separation.switch_off(separated.system())
    over = (separated.unit_id, separated.line_id, TODAY)
    assert roles.grant(separated.system(), officer, NewGrant(Role.ADMIN, *over))
