"""Instants of one study week for tests of rules: Monday, 23 November 2026, in Beijing time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from learnapp.domain.core.calendar import ZONE

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(days=6)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """An instant of the Monday, or of another day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
