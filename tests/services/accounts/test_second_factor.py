"""A second factor is set by its first code, proven once a code, bounded in tries, and can be lost."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.domain.accounts.lockout import MOST_AT_OLD_PASSWORD, WINDOW
from learnapp.domain.accounts.second_factor import RECOVERY_CODES, SecondState
from learnapp.domain.core.permissions import Role
from learnapp.services.accounts import second_factor, sign_in
from tests.services.refusals import refused
from tests.small_office import NOW

SEAL = Seal(b"a key of a test")
STEP = timedelta(seconds=30)


def _code(secret: str, at=NOW) -> str:
    return pyotp.TOTP(secret).at(at)


def _enter(office, login: str, at=NOW):
    """The sign-in as a request has it."""
    token = sign_in.succeed(office.session, office.staff[login], "Linux", at).token
    return sign_in.who(office.session, token, at)


@pytest.fixture
def admin(office) -> tuple[Caller, str, list[str]]:
    """An admin with a second factor: who asks, the secret, the codes for loss."""
    caller, who = office.caller("admin"), _enter(office, "admin")
    second_factor.begin(caller, SEAL)
    secret = second_factor.status(caller, SEAL).secret
    second_factor.begin(caller, SEAL)
    assert second_factor.status(caller, SEAL).secret == secret  # pressed twice
    assert second_factor.confirm(caller, SEAL, who.sign_in_id, "000000") is None
    codes = second_factor.confirm(caller, SEAL, who.sign_in_id, _code(secret))
    assert len(codes) == RECOVERY_CODES
    return caller, secret, codes


def test_who_has_one_is_asked_for_it_and_a_code_counts_once(office, admin):
    caller, secret, _ = admin
    who = _enter(office, "admin")
    assert who.second == SecondState.WANTED
    assert not second_factor.prove(caller, SEAL, who.sign_in_id, _code(secret))  # used to confirm
    later = Caller(caller.session, caller.actor, NOW + STEP)
    assert second_factor.prove(later, SEAL, who.sign_in_id, _code(secret, NOW + STEP))
    assert not second_factor.prove(later, SEAL, who.sign_in_id, _code(secret, NOW + STEP))
    with refused("second_factor_set"):
        second_factor.begin(caller, SEAL)


def test_a_code_for_loss_is_good_once_and_older_ones_go_when_new_ones_are_made(office, admin):
    caller, _, codes = admin
    who = _enter(office, "admin")
    assert second_factor.prove(caller, SEAL, who.sign_in_id, codes[0].upper())
    assert not second_factor.prove(caller, SEAL, who.sign_in_id, codes[0])
    assert second_factor.status(caller, SEAL).codes_left == RECOVERY_CODES - 1
    fresh = second_factor.new_codes(caller)
    assert not second_factor.prove(caller, SEAL, who.sign_in_id, codes[1])
    assert second_factor.prove(caller, SEAL, who.sign_in_id, fresh[1])


def test_wrong_codes_are_bounded_and_a_right_one_is_given_back(office, admin):
    caller, _, codes = admin
    who = _enter(office, "admin")
    for _ in range(MOST_AT_OLD_PASSWORD - 1):
        assert second_factor.wait_before(caller) is None
    assert second_factor.wait_before(caller) is None
    assert second_factor.wait_before(caller) == WINDOW
    assert second_factor.prove(caller, SEAL, who.sign_in_id, codes[0])
    assert second_factor.wait_before(caller) is None


def test_a_role_can_require_it_and_others_are_not_asked(office):
    second_factor.require(office.system(), [Role.ADMIN])
    assert second_factor.required_roles(office.session) == ["admin"]
    states = {login: _enter(office, login).second for login in ("admin", "head", "officer")}
    assert states == {
        "admin": SecondState.ENROL, "head": SecondState.NONE, "officer": SecondState.NONE,
    }  # fmt: skip
    second_factor.require(office.system(), [])
    assert _enter(office, "admin").second == SecondState.NONE


def test_one_that_is_lost_is_removed_by_whoever_runs_the_server(office, admin):
    assert second_factor.forget(office.system(), office.staff["admin"])
    assert not second_factor.forget(office.system(), office.staff["admin"])
    assert _enter(office, "admin").second == SecondState.NONE
    assert second_factor.remove(office.caller("head")) is False
