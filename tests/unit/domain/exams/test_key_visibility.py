"""May this key be shown to this person now: the rule by kind of exam, and what keeps a key back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.exams.key_visibility import (
    ExamTimes,
    KeyWindow,
    Occasion,
    OnPaper,
    may_be_shown,
)

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MAIN = KeyWindow(1, WindowKind.MAIN, MONDAY + timedelta(days=4))
SECOND = KeyWindow(2, WindowKind.MAIN, MONDAY + timedelta(days=5))
MAKE_UP = KeyWindow(3, WindowKind.MAKE_UP, MONDAY + timedelta(days=9), overlap=0)
BACK = KeyWindow(4, WindowKind.REMEDIAL, MONDAY + timedelta(days=30))
JUST = timedelta(seconds=1)


def shown(kind: ExamKind, windows: list[KeyWindow], now: datetime, own: KeyWindow = MAIN) -> bool:
    paper = OnPaper(ExamTimes(kind, windows), own.id, marks_visible=True)
    return may_be_shown(Occasion(paper=paper), now)


@pytest.mark.parametrize(
    ("kind", "windows", "last"),
    [
        (ExamKind.WEEKLY, [MAIN, BACK], MAIN),
        (ExamKind.WEEKLY, [MAIN, SECOND, MAKE_UP, BACK], SECOND),
        (ExamKind.WEEKLY, [MAIN, replace(MAKE_UP, overlap=3)], MAKE_UP),
        (ExamKind.WEEKLY, [MAIN, replace(MAKE_UP, overlap=None)], MAKE_UP),
        (ExamKind.MONTHLY, [MAIN, SECOND, MAKE_UP, BACK], MAKE_UP),
        (ExamKind.STAGE, [MAIN, MAKE_UP, BACK], MAKE_UP),
    ],
)
def test_keys_open_by_the_kind_of_exam(
    kind: ExamKind, windows: list[KeyWindow], last: KeyWindow
) -> None:
    at = last.closes_at + GRACE
    assert not shown(kind, windows, at)
    assert shown(kind, windows, at + JUST)


def test_whoever_is_still_answering_keeps_the_key_back() -> None:
    late = MAIN.closes_at + timedelta(hours=1)
    assert not shown(ExamKind.WEEKLY, [replace(MAIN, answering=True)], late)
    # In a make-up with other questions they do not, nor on the way back.
    others = [MAIN, replace(MAKE_UP, answering=True), replace(BACK, answering=True)]
    assert shown(ExamKind.WEEKLY, others, late)
    assert not shown(ExamKind.MONTHLY, others, MAKE_UP.closes_at + timedelta(hours=1))


def test_a_paper_of_the_make_up_or_of_the_way_back_waits_for_the_whole_exam() -> None:
    windows = [MAIN, MAKE_UP, BACK]
    between, after = MAIN.closes_at + timedelta(hours=1), MAKE_UP.closes_at + timedelta(hours=1)
    for own in (MAKE_UP, BACK):
        assert not shown(ExamKind.WEEKLY, windows, between, own)
        assert shown(ExamKind.WEEKLY, windows, after, own)


def test_a_practice_exam_shows_its_key_after_answering() -> None:
    assert shown(ExamKind.PRACTICE, [MAIN], MONDAY)


def test_what_was_opened_stays_open_when_a_window_is_added() -> None:
    opened = replace(MAIN, shown_at=MAIN.closes_at + GRACE)
    added = replace(SECOND, closes_at=MONDAY + timedelta(days=60))
    late = MONDAY + timedelta(days=20)
    assert shown(ExamKind.MONTHLY, [opened, added], late)
    assert not shown(ExamKind.MONTHLY, [opened, added], late, added)


def test_a_make_up_that_repeats_questions_is_the_reason_that_is_told() -> None:
    after = MAIN.closes_at + timedelta(hours=1)
    for overlap, waits in ((3, True), (0, False), (None, False)):
        times = ExamTimes(ExamKind.WEEKLY, [MAIN, replace(MAKE_UP, overlap=overlap)])
        assert times.waits_for_overlap(MAIN.id, after) is waits
    # Before anything is known, other questions are expected.
    times = ExamTimes(ExamKind.WEEKLY, [MAIN, replace(MAKE_UP, overlap=None)])
    assert times.opens_at(MAIN.id) == MAIN.closes_at + GRACE


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_an_unfinished_paper_keeps_back_everything_and_nothing_else_does(
    seen: bool, answered: bool, permitted: bool, marks: bool, over: bool
) -> None:
    now = MAIN.closes_at + timedelta(days=1 if over else -1)
    paper = OnPaper(ExamTimes(ExamKind.WEEKLY, [MAIN]), MAIN.id, marks)
    occasion = Occasion(False, seen, answered, permitted, paper)
    assert may_be_shown(occasion, now) is (seen or answered or permitted or (marks and over))
    assert not may_be_shown(replace(occasion, unfinished=True), now)
