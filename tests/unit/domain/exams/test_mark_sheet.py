"""成绩册: what a window's sheet says of each person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from learnapp.domain.exams.exams import AttemptState, Channel, WindowKind
from learnapp.domain.exams.mark_sheet import (
    Distribution,
    Grade,
    Remark,
    SheetLine,
    distribution,
    line_of,
)
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import RollState

AT = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
PASSED = AttemptFacts(
    id=1,
    public_id="a",
    person_id=1,
    exam_id=1,
    window_id=1,
    number=1,
    channel=Channel.ONLINE,
    state=AttemptState.SUBMITTED,
    started_at=AT,
    submitted_at=AT,
    deadline=AT,
    passed=True,
    awarded=8_000,
    full=10_000,
    released=False,
)
FAILED = replace(PASSED, passed=False, awarded=5_000)
UNMARKED = replace(PASSED, passed=None, awarded=None, full=None)


def test_who_sat_has_a_mark_and_a_grade_whether_or_not_it_was_released():
    assert line_of(RollState.SAT, PASSED, WindowKind.MAIN, over=True) == SheetLine(
        8_000, 10_000, Grade.PASSED, None
    )
    assert line_of(RollState.SAT, FAILED, WindowKind.MAIN, over=True).grade is Grade.FAILED
    assert line_of(RollState.SAT, UNMARKED, WindowKind.MAIN, over=True).grade is Grade.UNMARKED
    later = line_of(RollState.SAT, UNMARKED, WindowKind.MAKE_UP, over=True)
    assert later == SheetLine(None, None, Grade.UNMARKED, Remark.LATER)


@pytest.mark.parametrize("kind", [WindowKind.MAKE_UP, WindowKind.RETAKE, WindowKind.REMEDIAL])
def test_a_pass_by_a_later_window_says_so_beside_the_mark(kind):
    assert line_of(RollState.SAT, PASSED, kind, over=True) == SheetLine(
        8_000, 10_000, Grade.PASSED_LATER, Remark.LATER
    )


@pytest.mark.parametrize(
    ("state", "remark"),
    [
        (RollState.ABSENT, Remark.ABSENT),
        (RollState.NO_ACCOUNT, Remark.ABSENT),
        (RollState.AWAY, Remark.DEFERRED),
        (RollState.EXCUSED, Remark.EXCUSED),
        (RollState.VOIDED, Remark.VOIDED),
        (RollState.NOT_YET, None),
    ],
)
def test_who_did_not_sit_has_a_remark_and_no_mark(state, remark):
    line = line_of(state, None, None, over=True, misconduct=True)
    assert line == SheetLine(None, None, Grade.NONE, remark)


def test_what_was_voided_for_another_cause_bears_no_remark():
    assert line_of(RollState.VOIDED, None, None, over=True).remark is None


def test_nobody_is_absent_while_the_window_is_open_also_without_an_account():
    assert line_of(RollState.NO_ACCOUNT, None, None, over=False).remark is None
    assert line_of(RollState.EXCUSED, None, None, over=False).remark is Remark.EXCUSED


def test_marks_fall_into_bands_by_their_share_and_the_middle_is_told():
    lines = [SheetLine(n * 100, 10_000, Grade.PASSED, None) for n in (0, 59, 60, 89, 90, 100)]
    lines.append(SheetLine(None, None, Grade.NONE, Remark.ABSENT))
    assert distribution(lines) == Distribution((2, 1, 0, 1, 2), (6_000 + 8_900) // 2)
    assert distribution([]) == Distribution((0, 0, 0, 0, 0), None)


def test_who_answers_again_keeps_the_marks_of_what_was_handed_in():
    still = replace(UNMARKED, state=AttemptState.OPEN, submitted_at=None)
    assert line_of(RollState.ANSWERING, PASSED, WindowKind.MAIN, over=True).grade is Grade.PASSED
    assert line_of(RollState.ANSWERING, still, WindowKind.MAIN, over=True).grade is Grade.NONE
