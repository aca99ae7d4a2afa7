"""Where a person on a second posting counts (任职)."""

from __future__ import annotations

from datetime import date, timedelta

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.people import Basis

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
