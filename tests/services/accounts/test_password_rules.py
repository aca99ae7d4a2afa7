"""A unit closes its passwords only with another way in and somebody for an emergency."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.services.accounts import access, activation, password_rules, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import HASH, NOW


def _is_closed(office, login: str) -> bool:
    return password_rules.is_closed_for(office.session, office.staff[login], NOW)


def _name(office, login: str = "head") -> None:
    password_rules.name_emergency(office.caller("admin"), office.staff[login], "外部登录不通时")


def test_passwords_are_closed_for_a_unit_and_below_but_not_for_an_emergency(office):
    office.add_branch()
    admin = office.caller("admin")
    with refused("no_provider"):
        password_rules.close(admin, office.unit_id, False)
    with refused("no_emergency_account"):
        password_rules.close(admin, office.unit_id, True)
    _name(office)
    assert password_rules.close(admin, office.unit_id, True)
    assert not password_rules.close(admin, office.unit_id, True)  # pressed twice
    assert [_is_closed(office, each) for each in ("officer", "local", "head")] == [
        True,
        True,
        False,
    ]
    assert password_rules.closed(admin) == [office.unit_id]
    assert password_rules.open_again(admin, office.unit_id)
    assert not password_rules.open_again(admin, office.unit_id)
    assert not _is_closed(office, "officer")


def test_a_unit_below_closes_its_own_alone_and_none_above(office):
    branch = office.add_branch()
    _name(office)
    local = office.caller("local")
    with pytest.raises(NotFound):
        password_rules.close(local, office.unit_id, True)
    assert password_rules.close(local, branch, True)
    assert _is_closed(office, "local") and not _is_closed(office, "officer")
    with pytest.raises(Forbidden):
        password_rules.closed(office.caller("officer")) or password_rules.emergency_accounts(
            office.caller("officer")
        )


def test_the_last_account_for_an_emergency_stays_while_passwords_are_closed(office):
    _name(office)
    admin = office.caller("admin")
    password_rules.close(admin, office.unit_id, True)
    _name(office)  # pressed twice
    (named,) = password_rules.emergency_accounts(admin)
    assert named.can_enter and named.login == "head"
    with refused("last_emergency"):
        password_rules.end_emergency(admin, named.id)
    _name(office, "marker")
    assert password_rules.end_emergency(admin, named.id)
    assert not password_rules.end_emergency(admin, named.id)
    access.disable(admin, office.staff["marker"])
    assert not password_rules.emergency_accounts(admin)[0].can_enter
    with refused("own_case"):
        password_rules.name_emergency(admin, office.staff["admin"], "x")
    with refused("reason_needed"):
        password_rules.name_emergency(admin, office.staff["officer"], " ")


def test_no_code_sets_a_password_where_they_are_closed_and_the_server_opens_all(office):
    _name(office)
    admin = office.caller("admin")
    code = activation.issue_again(admin, office.staff["officer"])
    password_rules.close(admin, office.unit_id, True)
    with refused("password_closed"):
        activation.activate(office.session, NOW, code, "correct horse 9", HASH)
    assert activation.holder(office.session, code, NOW)[0] == office.staff["officer"]
    sign_in.note_closed(office.session, office.staff["officer"], NOW)
    assert password_rules.open_everywhere(office.system()) == 1
    assert activation.activate(office.session, NOW, code, "correct horse 9", HASH)
    assert sign_in.begin(office.session, "officer", Visitor("10.0.0.1"), NOW).password_hash == HASH
