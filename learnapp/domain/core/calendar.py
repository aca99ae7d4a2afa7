"""Study days: working days with public holidays and 调休 known, or natural days; and study weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

ZONE = ZoneInfo("Asia/Shanghai")


class CalendarKind(StrEnum):
    """Which days a programme counts."""

    WORKING = "working"
    NATURAL = "natural"


@lru_cache(maxsize=4096)
def _public_workday(day: date) -> bool | None:
    """Whether the State Council's holiday notice makes it a working day; None for unknown years."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


@dataclass(frozen=True)
class StudyCalendar:
    """The days that count; an override by an admin wins over the public calendar."""

    kind: CalendarKind = CalendarKind.WORKING
    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_study_day(self, day: date) -> bool:
        """Whether the day counts; unknown years fall back to Monday to Friday (see unknown_years)."""
        if day in self.overrides:
            return self.overrides[day]
        if self.kind is CalendarKind.NATURAL:
            return True
        known = _public_workday(day)
        return day.weekday() < 5 if known is None else known

    def study_days(self, first: date, last: date) -> list[date]:
        """The study days from first to last, both included."""
        return [day for day in days(first, last) if self.is_study_day(day)]

    def unknown_years(self, first: date, last: date) -> list[int]:
        """Years of the span whose public holidays are not known yet: a warning to the admin."""
        if self.kind is CalendarKind.NATURAL:
            return []
        years = range(first.year, last.year + 1)
        return [year for year in years if _public_workday(date(year, 1, 4)) is None]


def days(first: date, last: date) -> Iterator[date]:
    """Each civil day from first to last, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def local_day(instant: datetime) -> date:
    """The civil day of an instant in the programme's zone."""
    return instant.astimezone(ZONE).date()


def local_time(instant: datetime) -> time:
    """The time of day of an instant in the programme's zone."""
    return instant.astimezone(ZONE).time()


def start_of(day: date) -> datetime:
    """0:00 of a civil day as an instant."""
    return datetime.combine(day, time(0), tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """24:00 of a civil day as an instant."""
    return start_of(day + timedelta(days=1))


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the study week that holds the day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def week_end(day: date) -> datetime:
    """24:00 of the Sunday of that study week: the default due time of a day's portion."""
    return end_of(week_of(day)[1])


def spread(days_: list[date], count: int) -> list[date]:
    """`count` plan days spread evenly over the given study days, in order, first day first."""
    if not days_ or count <= 0:
        return []
    return [days_[index * len(days_) // count] for index in range(count)]
