"""Marks of a paper sheet are keyed by two people apart; agreed, they count as any other result."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.exams import attempt_papers, regrading
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.exams import paper_entry, paper_marks
from learnapp.services.operations import verify
from tests.services.conftest import EARLY
from tests.services.refusals import refused


@pytest.fixture
def sheet(office):
    """A paper drawn for an officer; two who may key it."""
    office.appoint("head", Role.PROCTOR)
    caller = office.caller("admin", EARLY)
    office.paper = paper_entry.begin(caller, office.window_id, office.staff["officer"], "5eed")
    return office


def _full(office):
    found = paper_marks.keyed(office.caller("admin", EARLY), office.paper)
    return {place.ordinal: place.marks for place in found.script.places}


def _key(office, login, marks, at=EARLY):
    return paper_marks.key(office.caller(login, EARLY), office.paper, marks, at)


def test_where_both_read_the_same_it_is_handed_in_and_its_result_follows(sheet):
    full = _full(sheet)
    assert _key(sheet, "admin", full) == []
    attempt = paper_marks.keyed(sheet.caller("admin", EARLY), sheet.paper).script.attempt
    assert attempt.state == AttemptState.OPEN
    assert _key(sheet, "head", full) is None
    result = attempt_papers.result_of(sheet.session, attempt.id)
    assert (result.awarded, result.passed) == (sum(full.values()), True)
    sheet.session.refresh(attempt)
    assert (attempt.state, attempt.submitted_at) == (AttemptState.SUBMITTED, EARLY)
    assert verify.differences(sheet.session, EARLY) == []
    with refused("attempt_ended"):
        _key(sheet, "head", full)
    # A correction of a key has no answers here to mark again.
    versions = select(PaperQuestion.version_id).where(PaperQuestion.attempt_id == attempt.id)
    version = sheet.session.scalars(versions).first()
    assert regrading.attempts_with(sheet.session, version, 0, 10) == []


def test_where_they_differ_each_sees_where_and_nothing_is_handed_in_before_they_agree(sheet):
    full = _full(sheet)
    wrong = {**full, 1: 0}
    _key(sheet, "admin", full)
    before = paper_marks.keyed(sheet.caller("head", EARLY), sheet.paper)
    assert (before.mine, before.differences) == (None, [])
    (differs,) = _key(sheet, "head", wrong)
    assert (differs.question, differs.first, differs.second) == (1, 0, full[1])
    (seen,) = paper_marks.keyed(sheet.caller("admin", EARLY), sheet.paper).differences
    assert (seen.first, seen.second) == (full[1], 0)
    assert _key(sheet, "admin", full) is not None  # one's own again agrees with nobody
    assert _key(sheet, "head", full) is None


def test_one_s_own_sheet_marks_that_are_none_and_times_to_come_are_refused(sheet):
    full = _full(sheet)
    sheet.appoint("officer", Role.PROCTOR)
    with refused("own_case"):
        _key(sheet, "officer", full)
    for marks, at, code in (
        ({**full, 1: None}, EARLY, "mark_needed"),
        ({**full, 1: full[1] + 1}, EARLY, "mark_too_high"),
        (full, EARLY.replace(year=2030), "in_the_future"),
        (full, EARLY.replace(year=2020), "out_of_order"),
    ):
        with refused(code):
            _key(sheet, "admin", marks, at)
