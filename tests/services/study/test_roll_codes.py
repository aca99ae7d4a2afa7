"""扫码签到: the code of the session one is expected at, once, below what an organiser ticks."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from learnapp.db.study import study_sessions as queries
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.study.roll_codes import code_at
from learnapp.domain.study.study_sessions import RollMark, SessionKind, Tick
from learnapp.services.study import roll_codes, study_sessions
from learnapp.services.study.study_sessions import NewSession
from tests.small_office import NOW

KEY = b"secret"


@pytest.fixture
def row(office):
    new = NewSession(office.unit_id, SessionKind.LECTURE, "讲座", "", "礼堂", NOW)
    return study_sessions.plan(office.caller("head"), new)


def present(office, row):
    return study_sessions.roll(office.caller("head"), row.id).roll.present


def test_who_has_the_code_of_the_screen_is_there_once(office, row):
    shown = roll_codes.screen(office.caller("head"), KEY, row.id)
    assert (shown.present, shown.expected) == (0, 5)
    for _ in range(2):
        assert roll_codes.sign_in(office.caller("officer"), KEY, shown.code) is row
    assert present(office, row) == {office.staff["officer"]}
    assert roll_codes.screen(office.caller("head"), KEY, row.id).present == 1


def test_a_code_that_is_old_or_of_another_session_signs_nobody_in(office, row):
    late = NOW + timedelta(minutes=2)
    assert (
        roll_codes.sign_in(office.caller("officer", late), KEY, code_at(KEY, row.id, NOW)) is None
    )
    assert roll_codes.sign_in(office.caller("officer"), KEY, code_at(KEY, row.id + 1, NOW)) is None
    with pytest.raises(RuleBroken, match="text_missing"):
        roll_codes.sign_in(office.caller("officer"), KEY, " ")
    assert present(office, row) == set()


def test_who_is_not_expected_is_not_signed_in(office):
    branch = office.add_branch()
    new = NewSession(branch, SessionKind.LECTURE, "讲座", "", "", NOW)
    row = study_sessions.plan(office.caller("head"), new)
    code = code_at(KEY, row.id, NOW)
    assert roll_codes.sign_in(office.caller("officer"), KEY, code) is None
    assert not queries.expects(office.session, row, office.staff["officer"])


def test_an_organiser_who_sees_the_code_from_anywhere_is_ticked_by_another(office, row):
    code = code_at(KEY, row.id, NOW)
    for login in ("head", "admin"):
        with pytest.raises(RuleBroken, match="own_roll"):
            roll_codes.sign_in(office.caller(login), KEY, code)
    assert present(office, row) == set()
    assert roll_codes.sign_in(office.caller("other"), KEY, code) is row


def test_what_an_organiser_ticked_rules_before_and_after(office, row):
    tick = Tick(str(uuid.uuid4()), 1, office.staff["officer"], RollMark.ABSENT)
    study_sessions.receive(office.caller("head"), row.id, [tick])
    roll_codes.sign_in(office.caller("officer"), KEY, code_at(KEY, row.id, NOW))
    assert present(office, row) == set()


def test_the_screen_is_the_organisers_until_the_roll_call_is_over(office, row):
    office.add_branch()
    with pytest.raises(NotFound):
        roll_codes.screen(office.caller("local"), KEY, row.id)
    study_sessions.close(office.caller("head"), row.id)
    with pytest.raises(Conflict, match="roll_not_open"):
        roll_codes.screen(office.caller("head"), KEY, row.id)
    assert roll_codes.sign_in(office.caller("officer"), KEY, code_at(KEY, row.id, NOW)) is None
