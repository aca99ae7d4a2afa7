"""When somebody may be reminded: by their roster, else in office hours, never at night, never on leave."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import ZONE, StudyCalendar, local_day, local_time
from learnapp.domain.notices.reminders import (
    MOST_TRIES,
    ReminderRule,
    RosterSpan,
    cause_of,
    hours_of,
    next_try,
    sending_time,
    week_key,
)
from learnapp.domain.study.programme import AbsenceKind


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026, whose 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def span(kind: AbsenceKind, first: int, last: int) -> RosterSpan:
    """Days of November 2026."""
    return RosterSpan(kind, date(2026, 11, first), date(2026, 11, last))


LEAVE, DUTY = AbsenceKind.LEAVE, AbsenceKind.DUTY


@pytest.mark.parametrize(
    ("now", "roster", "sent"),
    [
        (at(23, 9), [], at(23, 9)),
        (at(23, 6), [], at(23, 8, 30)),
        (at(23, 18), [], at(24, 8, 30)),
        (at(23, 23), [], at(24, 8, 30)),
        (at(23, 20), [span(DUTY, 23, 23)], at(23, 20)),
        (at(23, 22), [span(DUTY, 23, 24)], at(24, 7)),
        (at(23, 3), [span(DUTY, 23, 23)], at(23, 7)),
        (at(23, 9), [span(LEAVE, 23, 24)], at(25, 8, 30)),
        (at(23, 9), [span(AbsenceKind.TRAVEL_REPORTED, 23, 24)], at(23, 9)),
        (at(23, 9), [span(DUTY, 23, 23), span(LEAVE, 23, 23)], at(24, 8, 30)),
        (at(23, 9), [span(AbsenceKind.LONG_LEAVE, 1, 30)], None),
    ],
)
def test_the_first_instant_at_which_somebody_may_be_reminded(now, roster, sent):
    assert sending_time(now, roster, StudyCalendar()) == sent


@pytest.mark.parametrize(
    ("now", "roster", "sent"),
    [
        (datetime(2025, 9, 27, 9), [], datetime(2025, 9, 28, 8, 30)),  # a Sunday that is worked
        (datetime(2025, 9, 30, 20), [], datetime(2025, 10, 9, 8, 30)),  # eight days of holidays
        (datetime(2025, 10, 10, 19), [], datetime(2025, 10, 11, 8, 30)),
        (
            datetime(2025, 10, 2, 19),
            [RosterSpan(DUTY, date(2025, 10, 3), date(2025, 10, 3))],
            datetime(2025, 10, 3, 7),
        ),
    ],
)
def test_who_is_not_on_duty_is_reminded_on_working_days(now, roster, sent):
    found = sending_time(now.replace(tzinfo=ZONE), roster, StudyCalendar())
    assert found == sent.replace(tzinfo=ZONE)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    st.lists(
        st.builds(
            lambda kind, first, days: RosterSpan(kind, first, first + timedelta(days=days)),
            st.sampled_from(AbsenceKind),
            st.dates(date(2026, 1, 1), date(2027, 1, 1)),
            st.integers(0, 60),
        ),
        max_size=6,
    ),
)
def test_nobody_is_ever_reminded_at_night_or_on_leave(now, roster):
    sent = sending_time(now.replace(tzinfo=ZONE), roster, StudyCalendar())
    if sent is None:
        return
    assert sent >= now.replace(tzinfo=ZONE)
    assert time(7) <= local_time(sent) < time(22)
    assert hours_of(local_day(sent), roster, StudyCalendar()) is not None


def test_a_cause_counts_once_from_monday_to_sunday():
    assert week_key(at(23, 0)) == week_key(at(29, 23, 59)) == date(2026, 11, 23)
    assert week_key(at(30, 0)) == date(2026, 11, 30)
    assert cause_of(1, ReminderRule.OVERDUE) != cause_of(1, ReminderRule.UNDER_HALF)


def test_what_could_not_be_sent_is_tried_again_later_and_then_given_up():
    waits = [next_try(at(23, 9), tries) for tries in range(1, MOST_TRIES + 1)]
    assert waits[0] == at(23, 9, 1) and waits[-1] is None
    assert waits[:-1] == sorted(each for each in waits if each)
