"""Pace in a word, the day it is judged by, the sentence of both halves, and the lead."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, start_of
from learnapp.domain.core.share import Share
from learnapp.domain.progress.verdict import (
    Checkpoint,
    Lead,
    Verdict,
    gap_to_half,
    half_time_half_task,
    last_checkpoint,
    lead,
    time_share,
    verdict,
)
from tests.unit.domain.instants import DAY, MONDAY, SUNDAY, at


def test_behind_by_less_than_can_be_shown_is_still_behind():
    time, task = Share(1, 2), Share(4999, 10000)
    assert lead(time, task) == Lead(False, 1)
    assert lead(Share(5001, 10000), Share(1, 2)) == Lead(False, 0)
    assert lead(Share(1, 2), Share(5, 10)) == Lead(None, 0)
    assert lead(Share(1, 2), Share(0, 0)) is None


def test_time_is_counted_in_study_days_before_today():
    natural, working = StudyCalendar(CalendarKind.NATURAL), StudyCalendar()
    assert time_share(natural, MONDAY, SUNDAY, at(12)) == Share(0, 7)
    assert time_share(natural, MONDAY, SUNDAY, at(0, day=MONDAY + 2 * DAY)) == Share(2, 7)
    assert time_share(working, MONDAY, SUNDAY, at(9, day=SUNDAY + 9 * DAY)) == Share(5, 5)


@pytest.mark.parametrize(
    ("done", "word"),
    [
        (51, Verdict.AHEAD),
        (50, Verdict.AHEAD),
        (49, Verdict.ON_PACE),
        (48, Verdict.ON_PACE),
        (47, Verdict.BEHIND),
        (40, Verdict.BEHIND),
        (39, Verdict.FAR_BEHIND),
        (0, Verdict.FAR_BEHIND),
    ],
)
def test_pace_in_a_word_with_half_of_the_time_gone(done, word):
    assert verdict(Share(10, 20), Share(done, 100)) is word


def test_pace_has_no_word_before_time_has_passed_or_where_nothing_is_owed():
    assert verdict(Share(0, 20), Share(5, 100)) is Verdict.NOT_BEGUN
    assert verdict(Share(0, 20), Share(0, 0)) is Verdict.NOTHING_OWED


def test_on_pace_begins_at_exactly_ninety_five_percent():
    assert verdict(Share(1, 2), Share(475, 1000)) is Verdict.ON_PACE
    assert verdict(Share(1, 2), Share(474, 1000)) is Verdict.BEHIND


def judged_so(time: Share, task: Share) -> Checkpoint:
    """A checkpoint at which the shares were these."""
    return Checkpoint(date(2026, 11, 22), time, task)


@pytest.mark.parametrize(
    ("time", "task", "holds"),
    [
        (Share(10, 20), Share(50, 100), True),
        (Share(9, 20), Share(50, 100), False),
        (Share(10, 20), Share(49, 100), False),
        (Share(12, 20), Share(57, 100), True),
        (Share(12, 20), Share(56, 100), False),
    ],
)
def test_half_time_half_task_needs_both_halves_and_the_pace(time, task, holds):
    judged = judged_so(time, task)
    assert half_time_half_task(time, task, judged) is holds
    if time.at_least(1, 2):
        missing = gap_to_half(time, task, judged)
        assert (missing == 0) is holds
        more = Share(task.part + missing, task.whole)
        assert half_time_half_task(time, more, judged_so(time, more))


def test_how_many_are_missing_for_the_sentence():
    for time, task, missing in (
        (Share(10, 20), Share(20, 99), 30),
        (Share(16, 20), Share(50, 100), 26),
        (Share(10, 20), Share(60, 100), 0),
        (Share(9, 20), Share(0, 100), 0),
        (Share(10, 20), Share(0, 0), 0),
    ):
        assert gap_to_half(time, task, judged_so(time, task)) == missing
    assert (
        gap_to_half(Share(16, 20), Share(40, 100), None) == 10
    )  # half of all, before a checkpoint


def test_half_is_decided_by_counts_and_not_by_what_is_shown():
    judged = Checkpoint(date(2026, 11, 22), Share(19, 40), Share(48_000, 100_000))
    assert not half_time_half_task(Share(20, 40), Share(49_999, 100_000), judged)
    assert half_time_half_task(Share(20, 40), Share(50_000, 100_000), judged)


def test_half_is_not_reported_before_a_checkpoint_or_when_the_last_one_was_missed():
    half, all_done = Share(20, 40), Share(100, 100)
    assert not half_time_half_task(half, all_done, None)
    missed = Checkpoint(date(2026, 11, 22), Share(19, 40), Share(45, 100))
    assert not half_time_half_task(half, all_done, missed)  # 45 % against 47.5: a pace of 0.947
    assert gap_to_half(half, Share(45, 100), missed) == 5
    assert gap_to_half(half, all_done, missed) == 0


@pytest.mark.parametrize(
    ("today", "judged"),
    [
        (date(2026, 11, 16), None),  # the stage begins on that Monday
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), date(2026, 11, 22)),
        (date(2026, 11, 29), date(2026, 11, 22)),
        (date(2026, 11, 30), date(2026, 11, 29)),
        (date(2027, 1, 6), date(2027, 1, 3)),  # the stage is over: what is caught up shows
    ],
)
def test_pace_is_judged_at_the_end_of_the_last_closed_week(today, judged):
    assert last_checkpoint(date(2026, 11, 16), start_of(today)) == judged


def test_a_stage_that_begins_on_a_sunday_is_judged_that_night():
    assert last_checkpoint(date(2026, 11, 22), start_of(date(2026, 11, 23))) == date(2026, 11, 22)


def test_a_lead_is_shown_as_the_difference_of_the_shown_shares():
    assert lead(Share(1, 2), Share(3, 4)) == Lead(True, 250)
    assert lead(Share(3, 4), Share(1, 2)) == Lead(False, 250)
    assert lead(Share(0, 0), Share(1, 2)) is None
