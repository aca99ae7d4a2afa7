"""What staff may put right about windows, further time and attempts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.corrections import (
    DueShift,
    HandedIn,
    WindowNow,
    check_cancel,
    check_reopen,
    check_restore,
    check_times,
    extension,
    left_at_submit,
    moved_due,
    reducible,
    reopened_for,
)
from learnapp.domain.exams.exams import WindowTimes
from tests.unit.domain.instants import HOUR, MINUTE, at

HALF_HOUR = 30 * MINUTE
NO_TIME = timedelta()


def window(answering: tuple = (), cancelled: bool = False, keys_open: bool = False) -> WindowNow:
    """Open from 9:00 to 12:00, half an hour for each."""
    return WindowNow(WindowTimes(at(9), at(12)), HALF_HOUR, cancelled, keys_open, answering)


@contextmanager
def refused(code: str, field: str | None = None, **params: Any) -> Iterator[None]:
    """Exactly this is refused, with these parameters at the least."""
    with pytest.raises(RuleBroken if field else Conflict) as found:
        yield
    assert (found.value.code, getattr(found.value, "field", None)) == (code, field)
    assert params.items() <= found.value.params.items()


# The times of a window


def test_before_it_opens_both_times_are_free():
    check_times(window(), WindowTimes(at(14), at(15)), now=at(8))
    check_times(window(keys_open=True), WindowTimes(at(8, 30), at(8, 40)), now=at(8))


def test_a_cancelled_window_has_no_times_to_correct():
    with refused("window_cancelled"):
        check_times(window(cancelled=True), WindowTimes(at(14), at(15)), now=at(8))


@pytest.mark.parametrize("close", [at(14), at(13)])
def test_a_window_closes_after_it_opens(close):
    with refused("dates_out_of_order", "closes_at"):
        check_times(window(), WindowTimes(at(14), close), now=at(8))


def test_a_close_is_never_in_the_past():
    with refused("window_in_the_past", "closes_at"):
        check_times(window(), WindowTimes(at(6), at(8)), now=at(8))


def test_an_opening_may_be_this_minute_but_not_before():
    now = at(8, 30)
    check_times(window(), WindowTimes(now - MINUTE / 2, at(12)), now)
    with refused("window_in_the_past", "opens_at"):
        check_times(window(), WindowTimes(now - MINUTE, at(12)), now)


def test_the_opening_of_an_open_window_stays():
    with refused("window_opened", "opens_at"):
        check_times(window(), WindowTimes(at(9, 30), at(12)), now=at(9))


def test_an_open_window_closes_later_freely():
    check_times(window(), WindowTimes(at(9), at(18)), now=at(10))


def test_it_closes_earlier_only_so_far_that_who_starts_now_has_the_whole_duration():
    check_times(window(), WindowTimes(at(9), at(10, 30)), now=at(10))
    with refused("close_too_early", "closes_at", least=at(10, 30)):
        check_times(window(), WindowTimes(at(9), at(10, 29)), now=at(10))


def test_who_is_answering_keeps_their_time_and_a_nearer_close_stays():
    busy = window(answering=(at(10, 40), at(10, 50)))
    assert busy.earliest_close(at(10)) == at(10, 50)
    assert busy.earliest_close(at(10, 25)) == at(10, 55)
    assert window(answering=(at(12, 30),)).earliest_close(at(10)) == at(12)
    assert window().earliest_close(at(11, 50)) == at(12)


def test_a_window_that_is_over_opens_again_by_a_later_close():
    check_times(window(), WindowTimes(at(9), at(12, 10)), now=at(12))
    with refused("keys_are_out"):
        check_times(window(keys_open=True), WindowTimes(at(9), at(18)), now=at(13))


# Cancelling and restoring


def test_a_window_is_cancelled_before_it_is_over_while_nobody_has_an_attempt_in_it():
    check_cancel(window(), at(11, 59), handed_in=0)
    with refused("window_closed", closes_at=at(12)):
        check_cancel(window(), at(12), handed_in=0)
    with refused("window_has_attempts", n=3):
        check_cancel(window(answering=(at(10), at(11))), at(10), handed_in=1)
    with refused("window_has_attempts", n=1):
        check_cancel(window(answering=(at(10),)), at(10), handed_in=0)


def test_a_cancellation_is_taken_back_until_the_window_would_have_opened():
    check_restore(window(), at(8, 59))
    with refused("restored_too_late", opens_at=at(9)):
        check_restore(window(), at(9))


# Further time


def test_a_later_close_gives_an_open_attempt_what_the_earlier_one_cut_off():
    assert extension(at(11, 50), HALF_HOUR, held=at(12), closes_at=at(12, 10)) == 10 * MINUTE
    assert extension(at(11, 50), HALF_HOUR, held=at(12), closes_at=at(15)) == 20 * MINUTE


def test_an_earlier_close_takes_nothing_away():
    assert extension(at(11, 50), HALF_HOUR, held=at(12), closes_at=at(11, 55)) == NO_TIME


def test_further_time_is_taken_back_as_far_as_it_is_not_used_with_a_minute_left():
    assert reducible(at(10), 10 * MINUTE, now=at(9, 30)) == 10 * MINUTE
    assert reducible(at(10), 10 * MINUTE, now=at(9, 55)) == 4 * MINUTE
    assert reducible(at(10), 10 * MINUTE, now=at(9, 59)) == NO_TIME
    assert reducible(at(10), 10 * MINUTE, now=at(11)) == NO_TIME


# What falls due


def test_due_times_move_in_the_order_in_which_the_moves_were_recorded():
    there, further = DueShift(at(9), at(10)), DueShift(at(10), at(11))
    assert moved_due(at(9), [there, further]) == at(11)
    assert moved_due(at(9), [further, there]) == at(10)
    assert moved_due(at(8), [there, further]) == at(8)
    assert moved_due(at(9), []) == at(9)


# Opening an attempt again


def attempt(**facts: bool) -> HandedIn:
    nothing = dict.fromkeys(
        ("keys_open", "released", "marked_by_hand", "begun_since", "on_paper"), False
    )
    return HandedIn(**(nothing | facts))


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("on_paper", "on_paper"),
        ("keys_open", "keys_are_out"),
        ("released", "marks_are_out"),
        ("marked_by_hand", "marked_by_hand"),
        ("begun_since", "begun_since"),
    ],
)
def test_an_attempt_is_opened_again_unless_something_came_of_it(fact, code):
    check_reopen(attempt())
    with refused(code):
        check_reopen(attempt(**{fact: True}))


def test_what_was_left_is_counted_in_whole_seconds():
    submitted = at(9, 50) + timedelta(milliseconds=300)
    assert left_at_submit(at(10), submitted, now=at(11)) == 9 * MINUTE + timedelta(seconds=59)
    assert left_at_submit(at(10), at(10, 1), now=at(11)) == NO_TIME
    assert left_at_submit(at(10), at(9, 59), now=at(11)) == MINUTE
    just = at(10) - timedelta(seconds=1)
    assert left_at_submit(at(10), just, now=at(11)) == timedelta(seconds=1)


def test_by_a_clock_that_ran_ahead_what_is_left_by_now_is_left():
    assert left_at_submit(at(10), submitted_at=at(9, 58), now=at(9, 30)) == HALF_HOUR


def test_an_attempt_opened_again_has_what_was_left_or_the_minutes_given_if_more():
    assert reopened_for(5 * MINUTE, 10) == 10 * MINUTE
    assert reopened_for(HOUR, 10) == HOUR
    assert reopened_for(NO_TIME, 1) == MINUTE
    with refused("minutes_needed", "minutes"):
        reopened_for(NO_TIME, 0)
