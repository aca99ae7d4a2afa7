"""A share is rounded down towards incompleteness; which way one is ahead comes from the counts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import start_of
from learnapp.domain.progress.figures import (
    Checkpoint,
    Lead,
    Share,
    gap_to_half,
    half_time_half_task,
    last_checkpoint,
    lead,
)


@pytest.mark.parametrize(
    ("part", "whole", "permille"),
    [(2999, 3000, 999), (1, 3000, 1), (0, 3000, 0), (3000, 3000, 1000), (1, 3, 333), (2, 3, 666)],
)
def test_only_all_is_a_hundred_percent_and_only_nothing_is_none(part, whole, permille):
    assert Share(part, whole).permille == permille


def test_nothing_owed_has_no_percentage():
    assert Share(0, 0).permille is None


@given(st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_never_says_more_than_is_done(counts):
    part, whole = counts
    permille = Share(part, whole).permille
    assert (permille == 1000) == (part == whole) and (permille == 0) == (part == 0)
    assert permille * whole <= 1000 * part or permille == 1


def test_behind_by_less_than_can_be_shown_is_still_behind():
    time, task = Share(1, 2), Share(4999, 10000)
    assert lead(time, task) == Lead(False, 1)
    assert lead(Share(5001, 10000), Share(1, 2)) == Lead(False, 0)
    assert lead(Share(1, 2), Share(5, 10)) == Lead(None, 0)
    assert lead(Share(1, 2), Share(0, 0)) is None


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
