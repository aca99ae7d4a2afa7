"""The demonstration's clock: forward alone, to where something can be seen; and what a visitor may wish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import local_day, start_of, week_of

_FRIDAY, _HOUR = 4, 17


class Wish(StrEnum):
    """What a visitor may ask of the demonstration."""

    FRIDAY = "friday"  # the clock to Friday 17:00
    STAGE_END = "stage_end"  # the clock to the morning after the stage's last day
    LARGE = "large"  # the large town in place of the small one
    SMALL = "small"  # back to the small one
    RESET = "reset"  # all of it loaded anew


def next_friday(now: datetime) -> datetime:
    """The next Friday, 17:00 of the programme's zone, after `now`."""
    day = week_of(local_day(now))[0] + timedelta(days=_FRIDAY)
    at = start_of(day) + timedelta(hours=_HOUR)
    return at if at > now else start_of(day + timedelta(weeks=1)) + timedelta(hours=_HOUR)


def after_stage(last_days: Iterable[date], now: datetime) -> datetime | None:
    """Nine o'clock on the day after the running stage that ends first; None where none runs."""
    ahead = [each for each in last_days if start_of(each + timedelta(days=1)) > now]
    return start_of(min(ahead) + timedelta(days=1)) + timedelta(hours=9) if ahead else None
