"""One-time codes: one at a time, for thirty days, used once; a new one shuts everybody else out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.accounts.models import Credential
from learnapp.db.people.models import Person
from learnapp.domain.accounts.codes import CODE_LENGTH
from learnapp.services.accounts import activation, sign_in
from learnapp.services.accounts.sign_in import Visitor
from tests.services.refusals import refused
from tests.small_office import HASH, NOW

GOOD = "a good long one"


@pytest.fixture
def code(office):
    """The officer's code."""
    return activation.issue_again(office.caller(), office.staff["officer"])


def _activate(office, code, password=GOOD, now=NOW):
    return activation.activate(office.session, now, code, password, "hash")


def test_a_code_sets_a_password_once(office, code):
    assert _activate(office, code) == office.staff["officer"]
    assert office.session.get(Credential, office.staff["officer"]).password_hash == "hash"
    with refused("code_unknown"):
        _activate(office, code)


def test_a_code_is_read_however_it_is_typed_and_belongs_to_its_person(office, code):
    who = (office.staff["officer"], "officer甲", ["officer"])
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert activation.holder(office.session, typed, NOW) == who
    with refused("code_unknown"):
        activation.holder(office.session, "ABCD-EFGH-JKMN", NOW)


def test_a_code_lasts_thirty_days(office, code):
    last = NOW + CODE_LENGTH - timedelta(seconds=1)
    assert activation.holder(office.session, code, last)
    with refused("code_unknown"):
        _activate(office, code, now=last + timedelta(seconds=1))


def test_a_new_code_ends_the_old_code_the_old_password_and_every_session_at_once(office, code):
    who = office.staff["officer"]
    _activate(office, code)
    token = sign_in.succeed(office.session, who, "Linux", NOW, Visitor("10.0.0.1")).token
    first = activation.issue_again(office.caller(), who)
    assert sign_in.who(office.session, token, NOW) is None
    assert office.session.get(Credential, who) is None
    second = activation.issue_again(office.caller(), who)
    with refused("code_unknown"):
        activation.holder(office.session, first, NOW)
    assert activation.holder(office.session, second, NOW)[0] == who


def test_a_weak_password_is_refused_and_the_code_is_not_used_up(office, code):
    with refused("password_weak"):
        _activate(office, code, "officer12345")
    assert _activate(office, code)


def test_a_disabled_person_gets_no_code_and_uses_none(office, code):
    who = office.staff["officer"]
    office.session.get_one(Person, who).disabled_at = NOW
    office.session.flush()
    with refused("code_unknown"):
        _activate(office, code)
    with refused("person_disabled"):
        activation.issue_again(office.caller(), who)


def test_a_set_password_ends_the_sessions_that_an_older_one_opened(office):
    who = office.staff["officer"]
    token = sign_in.succeed(office.session, who, "Linux", NOW, Visitor("10.0.0.1")).token
    assert sign_in.who(office.session, token, NOW)
    activation.set_password(office.session, NOW, who, HASH)
    assert sign_in.who(office.session, token, NOW) is None
