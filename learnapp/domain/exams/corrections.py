"""What staff may put right about a window, further time or an attempt: never past what people had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.deadline import base_deadline
from learnapp.domain.exams.exams import WindowTimes

# A form says minutes: a time in the present minute is not past.
_MINUTE = timedelta(minutes=1)
LEAST_LEFT = _MINUTE  # what a reduction of further time leaves to an open attempt


@dataclass(frozen=True)
class WindowNow:
    """A window before its correction.

    `answering`: the deadlines of the open attempts in it, none beyond the close by more than further
    time. `keys_open`: whether the keys of its papers may be shown, or were.
    """

    span: WindowTimes
    duration: timedelta
    cancelled: bool
    keys_open: bool
    answering: tuple[datetime, ...] = ()

    def earliest_close(self, now: datetime) -> datetime:
        """The earliest close of a window that is open: anyone who starts now has the whole duration,
        and who is answering keeps the time they have. A close that is nearer already stays."""
        within = [min(each, self.span.closes_at) for each in self.answering]
        return min(self.span.closes_at, max([now + self.duration, *within]))


def check_times(window: WindowNow, new: WindowTimes, now: datetime) -> None:
    """Raise unless a window's times may become these.

    Before it opens both are free, but not in the past. While it is open its opening stays, and the
    close moves later freely, earlier only to `earliest_close`. Once it is over it may be opened
    again by a later close, unless its keys are out.
    """
    if window.cancelled:
        raise Conflict("window_cancelled")
    if new.closes_at <= new.opens_at:
        raise RuleBroken("closes_at", "dates_out_of_order")
    if new.closes_at <= now:
        raise RuleBroken("closes_at", "window_in_the_past")
    if now < window.span.opens_at:
        if new.opens_at <= now - _MINUTE and new.opens_at != window.span.opens_at:
            raise RuleBroken("opens_at", "window_in_the_past")
        return
    if new.opens_at != window.span.opens_at:
        raise RuleBroken("opens_at", "window_opened")
    if window.keys_open:
        raise Conflict("keys_are_out")
    if now < window.span.closes_at and new.closes_at < (least := window.earliest_close(now)):
        raise RuleBroken("closes_at", "close_too_early", least=least)


def check_cancel(window: WindowNow, now: datetime, handed_in: int) -> None:
    """Raise Conflict unless a window may be cancelled: before it is over, while nobody has an attempt
    in it that is open or was handed in."""
    if now >= window.span.closes_at:
        raise Conflict("window_closed", closes_at=window.span.closes_at)
    if window.answering or handed_in:
        raise Conflict("window_has_attempts", n=len(window.answering) + handed_in)


def check_restore(window: WindowNow, now: datetime) -> None:
    """Raise Conflict unless a cancellation may be withdrawn: until the window would have opened."""
    if now >= window.span.opens_at:
        raise Conflict("restored_too_late", opens_at=window.span.opens_at)


def extension(
    started_at: datetime, duration: timedelta, held: datetime, closes_at: datetime
) -> timedelta:
    """What an open attempt gets when its window closes later than when it began.

    `held`: its base deadline with what it got so before. Never negative: nothing is taken away.
    """
    return max(timedelta(), base_deadline(started_at, duration, closes_at) - held)


@dataclass(frozen=True)
class DueShift:
    """What fell due at the one instant falls due at the other."""

    due_from: datetime
    due_to: datetime


def moved_due(due_at: datetime, shifts: Iterable[DueShift]) -> datetime:
    """A due time after the moves, in the order in which they were recorded."""
    for each in shifts:
        if each.due_from == due_at:
            due_at = each.due_to
    return due_at


def reducible(deadline: datetime, given: timedelta, now: datetime) -> timedelta:
    """How much of the further time `given` to an open attempt may be withdrawn: what is not used,
    with a minute left."""
    return max(timedelta(), min(given, deadline - now - LEAST_LEFT))


def left_at_submit(deadline: datetime, submitted_at: datetime, now: datetime) -> timedelta:
    """The time an attempt had left when it was handed in, in whole seconds; by a clock that ran
    ahead, what is left by now."""
    left = deadline - min(submitted_at, now)
    return timedelta(seconds=max(0, int(left.total_seconds())))


@dataclass(frozen=True)
class HandedIn:
    """An attempt that was handed in, as far as it matters for opening it again."""

    keys_open: bool
    released: bool  # its marks were released by hand, or by the close of its window
    marked_by_hand: bool
    begun_since: bool  # its person has begun another attempt in the exam
    on_paper: bool


def check_reopen(attempt: HandedIn) -> None:
    """Raise Conflict unless an attempt that was handed in may be open again."""
    for holds, code in (
        (attempt.on_paper, "on_paper"),
        (attempt.keys_open, "keys_are_out"),
        (attempt.released, "marks_are_out"),
        (attempt.marked_by_hand, "marked_by_hand"),
        (attempt.begun_since, "begun_since"),
    ):
        if holds:
            raise Conflict(code)


def reopened_for(left: timedelta, minutes: int) -> timedelta:
    """The time an attempt has once it is open again: what was left, or so many minutes if more.

    Raises RuleBroken("minutes", "minutes_needed") where that is nothing.
    """
    time = max(left, timedelta(minutes=minutes))
    if time <= timedelta():
        raise RuleBroken("minutes", "minutes_needed")
    return time
