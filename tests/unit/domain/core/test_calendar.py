"""Which days count, when a day and a study week end, how plan days are spread."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from learnapp.domain.core.calendar import (
    CalendarKind,
    StudyCalendar,
    days,
    end_of,
    local_day,
    spread,
    start_of,
    week_end,
    week_of,
)
from tests.unit.domain.instants import MONDAY, SUNDAY, at

WORKING, NATURAL = StudyCalendar(), StudyCalendar(CalendarKind.NATURAL)
HOLIDAY = date(2025, 10, 1)  # National Day, a Wednesday
WORKED_SUNDAY = date(2025, 9, 28)  # 调休
FAR = date(2045, 3, 3)  # a Friday of a year without a notice


def test_a_public_holiday_does_not_count_and_a_sunday_worked_for_it_does():
    assert not WORKING.is_study_day(HOLIDAY)
    assert WORKING.is_study_day(WORKED_SUNDAY)


def test_every_natural_day_counts():
    assert NATURAL.is_study_day(HOLIDAY) and NATURAL.is_study_day(SUNDAY)


def test_an_override_wins_over_either_calendar():
    overrides = {HOLIDAY: True, MONDAY: False}
    for kind in CalendarKind:
        calendar = StudyCalendar(kind, overrides)
        assert calendar.is_study_day(HOLIDAY) and not calendar.is_study_day(MONDAY)


def test_monday_to_friday_count_in_a_year_whose_holidays_are_not_known():
    counted = [WORKING.is_study_day(FAR + timedelta(days=n)) for n in range(4)]
    assert counted == [True, False, False, True]


def test_study_days_of_a_span_include_both_ends():
    assert WORKING.study_days(MONDAY, date(2026, 11, 30)) == [
        date(2026, 11, day) for day in (23, 24, 25, 26, 27, 30)
    ]
    assert NATURAL.study_days(SUNDAY, SUNDAY) == [SUNDAY]


def test_years_without_a_notice_are_named_for_working_days_alone():
    assert WORKING.unknown_years(HOLIDAY, date(2025, 12, 31)) == []
    assert WORKING.unknown_years(date(2044, 5, 1), FAR) == [2044, 2045]
    assert WORKING.unknown_years(HOLIDAY, FAR)[-1] == 2045
    assert NATURAL.unknown_years(HOLIDAY, FAR) == []


def test_days_run_from_the_first_to_the_last():
    assert list(days(MONDAY, date(2026, 11, 25))) == [date(2026, 11, n) for n in (23, 24, 25)]
    assert list(days(MONDAY, date(2026, 11, 22))) == []


def test_a_day_is_that_of_beijing():
    assert local_day(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == MONDAY
    assert local_day(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_a_day_begins_at_midnight_and_ends_at_the_next():
    assert start_of(MONDAY) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert end_of(MONDAY) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_a_study_week_runs_from_monday_to_the_end_of_sunday():
    for offset in range(7):
        day = MONDAY + timedelta(days=offset)
        assert week_of(day) == (MONDAY, SUNDAY)
        assert week_end(day) == at(0, day=date(2026, 11, 30))


def test_plan_days_are_spread_evenly_from_the_first_day():
    five = [date(2026, 11, n) for n in (23, 24, 25, 26, 27)]
    assert [day.day for day in spread(five, 2)] == [23, 25]
    assert [day.day for day in spread(five, 1)] == [23]
    assert [day.day for day in spread(five, 7)] == [23, 23, 24, 25, 25, 26, 27]


def test_nothing_is_spread_over_no_day():
    assert spread([], 3) == [] and spread([MONDAY], 0) == [] and spread([MONDAY], -1) == []
