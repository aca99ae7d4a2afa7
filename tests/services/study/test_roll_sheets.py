"""签到表: entered by one, verified by another; before that it changes nothing."""

from __future__ import annotations

import pytest

from learnapp.db.study import roll_sheets as queries
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.study.study_sessions import RollMark, SessionKind
from learnapp.services.study import roll_sheets, study_sessions
from learnapp.services.study.study_sessions import NewSession
from tests.small_office import NOW


@pytest.fixture
def row(office):
    new = NewSession(office.unit_id, SessionKind.LECTURE, "讲座", "", "礼堂", NOW)
    return study_sessions.plan(office.caller("head"), new)


def marks(office):
    return {
        office.staff["officer"]: RollMark.PRESENT,
        office.staff["other"]: RollMark.LEAVE,
        office.staff["admin"]: RollMark.PRESENT,
    }


def shown(caller, row):
    """The mark of the sheet on the page."""
    return roll_sheets.show(caller, row.id).mark


def test_a_sheet_is_the_roll_once_another_has_verified_it(office, row):
    head, admin = office.caller("head"), office.caller("admin")
    roll_sheets.enter(head, row.id, marks(office))
    assert study_sessions.roll(head, row.id).roll.present == frozenset()
    assert (queries.to_verify(head).count, queries.to_verify(admin).count) == (0, 1)
    with pytest.raises(Conflict, match="sheet_waits"):
        roll_sheets.enter(admin, row.id, marks(office))
    with pytest.raises(Forbidden, match="own_case"):
        roll_sheets.decide(head, row.id, True, "", shown(admin, row))
    assert roll_sheets.show(admin, row.id).may_decide
    assert roll_sheets.decide(admin, row.id, True, "", shown(admin, row))
    assert not roll_sheets.decide(admin, row.id, True, "", shown(admin, row))
    found = study_sessions.roll(head, row.id).roll
    assert found.present == {
        office.staff["officer"]
    }  # the verifier's own mark is another's to tick
    assert found.on_leave == {office.staff["other"]}


def test_a_sheet_that_does_not_agree_is_returned_and_entered_again(office, row):
    head, admin = office.caller("head"), office.caller("admin")
    roll_sheets.enter(head, row.id, marks(office))
    with pytest.raises(RuleBroken, match="reason_needed"):
        roll_sheets.decide(admin, row.id, False, " ", shown(admin, row))
    roll_sheets.decide(admin, row.id, False, "第三行没有签名", shown(admin, row))
    page = roll_sheets.show(head, row.id)
    assert page.sheet.remark == "第三行没有签名" and not page.waits
    assert study_sessions.roll(head, row.id).roll.present == frozenset()
    roll_sheets.enter(head, row.id, marks(office))
    assert roll_sheets.show(admin, row.id).waits


def test_who_saw_the_sheet_before_it_was_entered_again_does_not_verify_the_new_one(office, row):
    head, admin = office.caller("head"), office.caller("admin")
    roll_sheets.enter(head, row.id, marks(office))
    old = shown(admin, row)
    roll_sheets.decide(admin, row.id, False, "第三行没有签名", old)
    roll_sheets.enter(head, row.id, {office.staff["other"]: RollMark.PRESENT})
    for agrees in (True, False):
        with pytest.raises(RuleBroken, match="changed_since_seen"):
            roll_sheets.decide(admin, row.id, agrees, "第三行没有签名", old)
    assert roll_sheets.show(admin, row.id).waits


def test_an_empty_sheet_a_stranger_and_a_session_out_of_reach_are_refused(office, row):
    office.add_branch()
    for wrong in ({}, {10**6: RollMark.PRESENT}):
        with pytest.raises(RuleBroken, match="sheet_empty"):
            roll_sheets.enter(office.caller("head"), row.id, wrong)
    with pytest.raises(NotFound):
        roll_sheets.enter(office.caller("local"), row.id, marks(office))


def test_the_sheet_to_sign_has_everybody_expected(office, row):
    table = roll_sheets.blank(office.caller("head"), row.id, "zh")
    assert len(table.rows) == 5 and table.title == "讲座 签到表"
