"""System, security and audit are three people, and none of them is other staff."""

from __future__ import annotations

import pytest

from learnapp.domain.accounts.separation import KEEPERS, THE_THREE, clashes, needs_second
from learnapp.domain.core.permissions import ROLES, SYSTEM, ActiveGrant, Actor, Permission, Role

OTHERS = [each for each in Role if each not in (*KEEPERS, Role.OFFICER)]


@pytest.mark.parametrize("role", THE_THREE)
def test_one_of_the_three_has_no_other_role_of_staff(role: Role):
    assert not clashes(role, []) and not clashes(role, [role, Role.OFFICER])
    for other in (*THE_THREE, *OTHERS):
        assert clashes(role, [other]) == (other is not role)
        assert clashes(other, [role]) == (other is not role)
    assert not clashes(Role.OFFICER, [role])


def test_other_staff_may_be_several_and_nobody_is_admin_for_everything():
    assert not clashes(Role.MARKER, [Role.PROCTOR, Role.UNIT_HEAD])
    assert clashes(Role.ADMIN, [])


def test_no_right_of_the_three_is_with_content_and_exams():
    """Each right is an admin's, who is one for all; of the others none has both kinds."""
    own = {each for each, roles in ROLES.items() if roles & set(THE_THREE)}
    for permission, roles in ROLES.items():
        if permission in own:
            assert roles <= set(KEEPERS), permission
        else:
            assert not roles & set(THE_THREE), permission
    assert ROLES[Permission.AUDIT_READ] == {Role.ADMIN, Role.AUDITOR}
    assert {each for each in own if Role.AUDITOR in ROLES[each]} == {Permission.AUDIT_READ}


def test_every_right_of_an_admin_is_somebodys_where_there_is_no_admin():
    for permission, roles in ROLES.items():
        assert roles - {Role.ADMIN}, permission


def _actor(role: Role) -> Actor:
    return Actor(7, (ActiveGrant(role, 1, 1),))


def test_a_role_takes_a_second_person_but_for_an_admin_while_roles_are_together():
    assert not needs_second(_actor(Role.ADMIN), Role.MARKER, separated=False)
    assert needs_second(_actor(Role.ADMIN), Role.MARKER, separated=True)
    assert needs_second(_actor(Role.SYSTEM_ADMIN), Role.ADMIN, separated=False)
    assert not needs_second(_actor(Role.SYSTEM_ADMIN), Role.OFFICER, separated=True)
    assert not needs_second(SYSTEM, Role.AUDITOR, separated=True)
