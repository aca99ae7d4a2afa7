"""提醒: whom a rule means, when somebody may be reminded, once per cause and week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import ZONE, StudyCalendar, local_day, week_of
from learnapp.domain.study.programme import AbsenceKind

# Of a working day; who is on duty by the roster may be reminded on any day.
OFFICE_HOURS = (time(8, 30), time(18))
# Nobody is reminded outside these hours, whatever their roster says.
WAKING_HOURS = (time(7), time(22))
# Who is on leave for so many days is reminded of nothing: what falls due then is deferred or excused.
_LEAVE_DAYS = 7
_DAYS_AHEAD = 30  # more than the longest holidays
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


# The states of a reminder that a person has had or will have: one of a cause in a week.
REMINDS = (ReminderState.WAITING, ReminderState.SENT)


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
    """The Monday of the week in which a reminder counts: that of the instant at which it is sent."""
    return week_of(local_day(instant))[0]


def is_on_leave(day: date, roster: Iterable[RosterSpan]) -> bool:
    """Whether the person is on leave or in training that day."""
    return any(each.holds(day) and each.kind in _ON_LEAVE for each in roster)


def hours_of(
    day: date, roster: Iterable[RosterSpan], calendar: StudyCalendar
) -> tuple[time, time] | None:
    """The hours of a day in which the person may be reminded; None for a day on which they may not.

    On a day of duty these are the waking hours, for who is on duty is there; else the office hours of a
    working day of the calendar. Leave goes before duty.
    """
    spans = [each for each in roster if each.holds(day)]
    if is_on_leave(day, spans):
        return None
    if any(each.kind is AbsenceKind.DUTY for each in spans):
        return WAKING_HOURS
    return OFFICE_HOURS if calendar.is_study_day(day) else None


def sending_time(
    now: datetime, roster: Iterable[RosterSpan], calendar: StudyCalendar
) -> datetime | None:
    """The first instant from `now` on at which the person may be reminded; None where they are on leave
    for a week."""
    spans, on_leave = tuple(roster), 0
    for number in range(_DAYS_AHEAD):
        day = local_day(now) + timedelta(days=number)
        on_leave += is_on_leave(day, spans)
        if on_leave >= _LEAVE_DAYS:
            return None
        hours = hours_of(day, spans, calendar)
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
