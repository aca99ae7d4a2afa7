"""Until when an attempt may be answered, with its allowances, and when the clock hands it in."""

from __future__ import annotations

from datetime import datetime, timedelta

from learnapp.domain.exams.answers import GRACE


def base_deadline(started_at: datetime, duration: timedelta, closes_at: datetime) -> datetime:
    """Fixed at the start: the duration, but never past the window's close."""
    return min(started_at + duration, closes_at)


def deadline(base: datetime, extra_s: int) -> datetime:
    """Return until when an attempt may be answered: its first deadline and all allowances.

    `extra_s` is the sum of the attempt's allowances in seconds; taken-back time counts negative.
    """
    return base + timedelta(seconds=extra_s)


def ran_out(deadline_at: datetime, now: datetime) -> bool:
    """Whether an open attempt is to be submitted by the clock: nothing more can count."""
    return now > deadline_at + GRACE
