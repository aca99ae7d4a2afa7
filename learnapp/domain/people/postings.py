"""Where a person on a second posting counts (任职)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.people import Basis

_WRITTEN_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 00:00(?::00)?)?"
)
_SERIAL = re.compile(r"\d{5}")  # how Excel counts days where a cell is not a date
_SERIAL_BEGINS = date(1899, 12, 30)
LONGEST_POST = 60
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def day_written(text: str) -> date | None:
    """The day in a cell (2026-11-01, 2026/11/1, 2026年11月1日, 46327); None where it is none."""
    if _SERIAL.fullmatch(text):
        return _SERIAL_BEGINS + timedelta(days=int(text))
    found = _WRITTEN_DAY.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_likely(day: date) -> bool:
    """Whether somebody may be posted from a day on: no slip in its year."""
    return EARLIEST <= day <= LATEST


# 借调 and 派驻 of more than this count at the receiving unit.
_LONG_MONTHS = 6
_MAY_COUNT_THERE = frozenset({Basis.SECONDED, Basis.STATIONED})


def counts_there(basis: Basis, first: date, end: date | None) -> bool:
    """Whether a second posting, from `first` until before `end` (None: open), counts at the receiving
    unit; else the person goes on counting at their own."""
    if basis not in _MAY_COUNT_THERE:
        return False
    return end is None or end > months_after(first, _LONG_MONTHS)


def months_after(day: date, months: int) -> date:
    """The same day of a later month; its last day where it has fewer."""
    number = day.month - 1 + months
    year, month = day.year + number // 12, number % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


USUAL_VISIT_DAYS, LONGEST_VISIT_DAYS = 90, 366


def check_visit(first: date, end: date | None) -> None:
    """Raise RuleBroken of "to_day" for a guidance group's right without an end within a year."""
    if end is None or end > first + timedelta(days=LONGEST_VISIT_DAYS):
        raise RuleBroken("to_day", "visit_needs_end", days=LONGEST_VISIT_DAYS)


def check_span(first: date, end: date | None) -> None:
    """Raise RuleBroken of "to_day" for a span without a day."""
    if end is not None and end <= first:
        raise RuleBroken("to_day", "dates_out_of_order")
