"""When a machine's clock is believed, and what time it is when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.operations.timekeeping import (
    LONGEST_STANDSTILL,
    STEP,
    Anchor,
    ClockReading,
    Recorded,
    anchor_at_start,
    instant,
    jump,
)

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
START = ClockReading(NINE, 1000.0, "a")
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


def _later(passed: timedelta, set_by: timedelta = timedelta(), boot: str = "a") -> ClockReading:
    """Both clocks after so much time, the wall clock set by so much besides."""
    return ClockReading(NINE + passed + set_by, 1000.0 + passed.total_seconds(), boot)


@pytest.mark.parametrize("passed", [timedelta(), SECOND, DAY, 40 * DAY])
def test_time_that_passes_is_believed_however_long_the_machine_slept(passed: timedelta):
    now = _later(passed)
    assert jump(Anchor(START), now) is None
    assert instant(Anchor(START), now) == now.wall


@pytest.mark.parametrize("by", [DAY, -DAY, 2 * MINUTE, -2 * MINUTE, 366 * DAY])
def test_a_wall_clock_that_is_set_is_a_jump_and_time_goes_on_as_it_was(by: timedelta):
    now = _later(10 * MINUTE, by)
    assert jump(Anchor(START), now) == by
    assert instant(Anchor(START), now) == NINE + 10 * MINUTE


@pytest.mark.parametrize("by", [STEP, -STEP, SECOND, -SECOND])
def test_a_step_within_the_grace_is_followed(by: timedelta):
    now = _later(10 * MINUTE, by)
    assert jump(Anchor(START), now) is None
    assert instant(Anchor(START), now) == now.wall


def test_a_jump_ends_when_the_wall_clock_is_put_right():
    assert jump(Anchor(START), _later(MINUTE, DAY)) == DAY
    assert jump(Anchor(START), _later(2 * MINUTE)) is None


def test_a_first_start_believes_the_machine():
    assert jump(anchor_at_start(None, START), START) is None


@pytest.mark.parametrize("by", [DAY, -DAY])
def test_a_jump_while_the_program_was_stopped_is_seen_in_the_same_start_of_the_machine(by):
    now = _later(8 * MINUTE, by)
    assert jump(anchor_at_start(Recorded(START), now), now) == by


@pytest.mark.parametrize("off", [timedelta(), 8 * MINUTE, timedelta(hours=9), LONGEST_STANDSTILL])
def test_a_machine_that_was_off_for_a_night_comes_back_later_and_is_believed(off: timedelta):
    now = ClockReading(NINE + off, 12.0, "b")
    anchor = anchor_at_start(Recorded(START), now)
    assert jump(anchor, now) is None
    assert instant(anchor, now) == now.wall


@pytest.mark.parametrize("off", [-DAY, -2 * MINUTE, LONGEST_STANDSTILL + DAY])
def test_a_machine_that_comes_back_earlier_or_a_season_later_is_not_believed(off: timedelta):
    now = ClockReading(NINE + off, 12.0, "b")
    anchor = anchor_at_start(Recorded(START), now)
    assert jump(anchor, now) == off
    assert instant(anchor, now) == NINE


def test_a_machine_that_came_back_earlier_is_believed_once_its_clock_was_put_right():
    at_start = ClockReading(NINE - 20 * 365 * DAY, 12.0, "b")
    anchor = anchor_at_start(Recorded(START), at_start)
    assert jump(anchor, at_start) is not None
    corrected = ClockReading(NINE + timedelta(hours=9), 40.0, "b")
    assert jump(anchor, corrected) is None


def test_a_suspected_jump_is_not_forgotten_by_starting_the_machine_again():
    now = ClockReading(NINE + DAY, 12.0, "b")
    assert jump(anchor_at_start(Recorded(START, suspected=True), now), now) == DAY


@given(st.integers(0, 10**7), st.integers(-(10**7), 10**7))
def test_the_time_that_is_kept_never_runs_away_from_the_steady_clock(passed: int, by: int):
    now = _later(timedelta(seconds=passed), timedelta(seconds=by))
    kept = instant(Anchor(START), now)
    assert abs(kept - (NINE + timedelta(seconds=passed))) <= STEP


def test_the_limits_are_half_a_minute_and_thirty_days():
    assert timedelta(seconds=30) == STEP and 30 * DAY == LONGEST_STANDSTILL
