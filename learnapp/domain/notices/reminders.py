"""提醒: whom a rule means, when somebody may be reminded, once per cause and week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import ZONE, local_day, week_of
from learnapp.domain.study.programme import AbsenceKind

OFFICE_HOURS = (time(8, 30), time(18))
# Nobody is reminded outside these hours, whatever their roster says.
WAKING_HOURS = (time(7), time(22))
# Who is away for longer is reminded of nothing: what falls due then is deferred or excused.
_DAYS_AHEAD = 7
_ON_LEAVE = frozenset({AbsenceKind.LEAVE, AbsenceKind.LONG_LEAVE, AbsenceKind.TRAINING})
MOST_TRIES = 5


class ReminderRule(StrEnum):
    """Whom a reminder is for, and what about."""

    OVERDUE = "overdue"  # something is due and not done
    UNDER_HALF = "under_half"  # less than half of all that is owed is done


class ReminderState(StrEnum):
    """What became of a reminder to one person."""

    WAITING = "waiting"
    SENT = "sent"
    NEEDLESS = "needless"  # done before it was sent
    AWAY = "away"  # on leave for the whole week


class DeliveryState(StrEnum):
    """What became of a message on an outer channel."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class RosterSpan:
    """Days on which a person is on leave, or on duty by the roster; both days included."""

    kind: AbsenceKind
    first_day: date
    last_day: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of these."""
        return self.first_day <= day <= self.last_day


def cause_of(stage_id: int, rule: ReminderRule) -> str:
    """What a person is reminded of: the same cause once in a week, whoever reminds."""
    return f"{rule}:{stage_id}"


def week_key(instant: datetime) -> date:
    """The Monday of the week in which a reminder counts."""
    return week_of(local_day(instant))[0]


def hours_of(day: date, roster: Iterable[RosterSpan]) -> tuple[time, time] | None:
    """The hours of a day in which the person may be reminded; None on leave.

    On a day of duty these are the waking hours, for who is on duty is there; else the office hours.
    """
    spans = [each for each in roster if each.holds(day)]
    if any(each.kind in _ON_LEAVE for each in spans):
        return None
    if any(each.kind is AbsenceKind.DUTY for each in spans):
        return WAKING_HOURS
    return OFFICE_HOURS


def sending_time(now: datetime, roster: Iterable[RosterSpan]) -> datetime | None:
    """The first instant from `now` on at which the person may be reminded; None where they are on leave
    for a week."""
    spans = tuple(roster)
    for number in range(_DAYS_AHEAD):
        day = local_day(now) + timedelta(days=number)
        hours = hours_of(day, spans)
        if hours is None:
            continue
        first, last = (datetime.combine(day, each, tzinfo=ZONE) for each in hours)
        moment = max(now, first)
        if moment < last:
            return moment
    return None


def next_try(now: datetime, tries: int) -> datetime | None:
    """When a message that could not be sent is tried again: after 1, 5, 25 … minutes; None to give up."""
    return None if tries >= MOST_TRIES else now + timedelta(minutes=5 ** (tries - 1))
