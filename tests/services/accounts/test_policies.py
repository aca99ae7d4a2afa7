"""An office sets limits of sign-ins; what is open goes on by those it began with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.accounts import sign_ins
from learnapp.domain.accounts.session_policy import SessionPolicy
from learnapp.services.accounts import policies, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import NOW, PATIENT

MINUTE = timedelta(minutes=1)


def _open(office, login: str, now=NOW, **more) -> sign_in.Opened:
    visitor = Visitor("10.0.0.1", **more)
    return sign_in.succeed(office.session, office.staff[login], "Linux", now, visitor)


def test_a_limit_holds_for_sign_ins_from_then_on(office):
    assert policies.in_force(office.session) == SessionPolicy(**PATIENT)
    policies.choose(office.system(), "staff_hours", 12)
    policies.choose(office.system(), "staff_idle_minutes", 60)
    policies.choose(office.system(), "most_parallel", 2)
    assert policies.in_force(office.session) == SessionPolicy(60, most_parallel=2)
    with refused("policy_out_of_range"):
        policies.choose(office.system(), "staff_idle_minutes", 1)
    token = _open(office, "admin").token
    assert sign_in.who(office.session, token, NOW + 59 * MINUTE)
    assert sign_in.who(office.session, token, NOW + 60 * MINUTE) is None


@pytest.mark.parametrize(
    "login, shared, last",
    [("admin", False, 29), ("officer", False, 20_000), ("officer", True, 9), ("head", True, 9)],
)
def test_a_sign_in_ends_by_the_role_and_the_device(office, login, shared, last):
    for limit, value in (("staff_idle_minutes", 30), ("staff_hours", 12)):
        policies.choose(office.system(), limit, value)
    token = _open(office, login, shared=shared).token
    assert sign_in.who(office.session, token, NOW + last * MINUTE)
    assert sign_in.who(office.session, token, NOW + 14 * 24 * 60 * MINUTE) is None
    if last < 60:
        assert sign_in.who(office.session, token, NOW + (last + 1) * MINUTE) is None


def test_use_puts_the_end_off_and_a_test_keeps_the_session(office):
    policies.choose(office.system(), "staff_idle_minutes", 30)
    token = _open(office, "admin").token
    who = sign_in.who(office.session, token, NOW + 20 * MINUTE)
    sign_in.used(office.session, who, NOW + 20 * MINUTE, "10.0.0.2")
    who = sign_in.who(office.session, token, NOW + 45 * MINUTE)
    assert who is not None
    assert sign_in.keep_until(office.session, who, NOW + 180 * MINUTE)
    assert sign_in.who(office.session, token, NOW + 179 * MINUTE)
    who = sign_in.who(office.session, token, NOW + 100 * MINUTE)
    assert not sign_in.keep_until(office.session, who, NOW + 170 * MINUTE)


def test_the_oldest_sessions_beyond_those_allowed_end(office):
    policies.choose(office.system(), "most_parallel", 2)
    tokens = [_open(office, "officer", NOW + n * MINUTE).token for n in range(4)]
    at = NOW + 5 * MINUTE
    live = [sign_in.who(office.session, token, at) is not None for token in tokens]
    assert live == [False, False, True, True]
    assert len(sign_ins.sessions_of(office.session, office.staff["officer"], at)) == 2


def test_the_last_sign_in_and_wrong_passwords_since_are_known(office):
    first = _open(office, "head")
    assert (first.facts.is_staff, first.facts.last_at, first.facts.failures) == (True, None, 0)
    tried = sign_in.begin(office.session, "head", Visitor("10.0.0.9"), NOW + MINUTE)
    sign_in.note_refused(office.session, tried, NOW + MINUTE)
    again = _open(office, "head", NOW + 2 * MINUTE)
    assert (again.facts.last_at, again.facts.failures) == (NOW, 1)
    third = _open(office, "head", NOW + 3 * MINUTE)
    assert third.facts.failures == 0
    assert not _open(office, "officer").facts.is_staff
