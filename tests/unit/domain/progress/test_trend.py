"""How progress went week by week: the finish at the present rate, slowing down, where it is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, end_of, start_of
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.trend import (
    WeekPoint,
    closed_weeks,
    finish_day,
    is_slowing,
    lost_at,
)

SUNDAY = date(2026, 11, 1)
NATURAL = StudyCalendar(CalendarKind.NATURAL)


def weeks(*done: int, owed: int = 100) -> list[WeekPoint]:
    """Consecutive Sundays with so many duties done at their end."""
    return [
        WeekPoint(SUNDAY + timedelta(days=7 * n), Share(1, 2), Counts(owed=owed, done=each))
        for n, each in enumerate(done)
    ]


def test_the_closed_weeks_are_the_sundays_that_are_over_up_to_the_week_of_the_last_day():
    first, last = SUNDAY - timedelta(days=3), SUNDAY + timedelta(days=9)
    later = end_of(SUNDAY + timedelta(days=30))
    sundays = [SUNDAY + timedelta(days=7 * n) for n in range(3)]
    assert closed_weeks(first, last, later, 12) == sundays
    assert closed_weeks(first, last, later, 2) == sundays[1:]
    assert closed_weeks(first, last, start_of(SUNDAY), 12) == []
    assert closed_weeks(first, last, end_of(SUNDAY), 12) == sundays[:1]


def test_it_is_finished_on_the_study_day_that_the_rate_of_four_weeks_leads_to():
    points, today = weeks(0, 7, 14, 21, 28), SUNDAY + timedelta(days=29)
    day = finish_day(points, points[-1].counts, NATURAL, today)
    assert day == today + timedelta(days=71)  # 72 left at one a day, today among them
    faster = weeks(0, 0, 0, 0, 0, 28)
    assert finish_day(faster, Counts(owed=100, done=28), NATURAL, today) == day


@pytest.mark.parametrize(
    ("points", "done"), [(weeks(5), 5), (weeks(5, 5), 5), (weeks(9, 5), 5), (weeks(5, 100), 100)]
)
def test_no_finish_is_named_without_a_rate_or_with_nothing_left(points, done):
    assert finish_day(points, Counts(owed=100, done=done), NATURAL, SUNDAY) is None


@pytest.mark.parametrize(
    ("done", "slow"),
    [
        ((0, 9, 18, 23), True),  # five against nine a week
        ((0, 9, 18, 24), False),  # six are two thirds
        ((0, 9, 14), False),  # not known so early
        ((0, 40, 95, 100), False),  # nothing is left
    ],
)
def test_it_slows_down_when_the_last_week_has_less_than_two_thirds_of_those_before(done, slow):
    assert is_slowing(weeks(*done), NATURAL) is slow


@pytest.mark.parametrize(
    ("levels", "lost"),
    [
        ({1: Share(9, 10), 2: Share(8, 10), 3: Share(3, 10)}, 3),
        ({1: Share(9, 10), 2: Share(81, 100)}, None),
        ({1: Share(9, 10), 2: Share(8, 10)}, 2),
        ({1: Share(5, 10), 2: Share(0, 0), 3: Share(2, 10)}, 3),
        ({}, None),
    ],
)
def test_it_is_lost_at_the_level_that_falls_most_below_the_one_above(levels, lost):
    assert lost_at(levels) == lost
