"""The burden of a plan: minutes a day and taps a week, beside the budget."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.study.burden import (
    USUAL,
    Budget,
    Load,
    LoadOfDay,
    load_of_exam,
    load_of_portion,
    week_loads,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("length", "sections", "check", "load"),
    [(1200, 2, True, Load(4, 4)), (1201, 1, False, Load(5, 1)), (0, 0, False, Load(0, 1))],
)
def test_a_portion_is_read_section_by_section_and_checked(length, sections, check, load):
    assert load_of_portion(length, sections, check) == load


def test_an_exam_takes_its_time_and_a_tap_for_each_question():
    assert load_of_exam(20, 15) == Load(20, 19)


def test_a_week_adds_its_taps_and_names_its_busiest_day():
    lines = [
        LoadOfDay(MONDAY, Load(10, 5)),
        LoadOfDay(MONDAY + timedelta(days=2), Load(8, 5)),
        LoadOfDay(MONDAY + timedelta(days=2), Load(4, 5)),
        LoadOfDay(MONDAY + timedelta(days=7), Load(1, 1)),
    ]
    found = week_loads(lines)
    assert set(found) == {MONDAY, MONDAY + timedelta(days=7)}
    first = found[MONDAY]
    assert first.load == Load(22, 15)
    assert first.busiest == LoadOfDay(MONDAY + timedelta(days=2), Load(12, 10))


@pytest.mark.parametrize(
    ("budget", "over"),
    [(USUAL, False), (Budget(9, 60), True), (Budget(30, 4), True), (Budget(10, 5), False)],
)
def test_a_week_is_over_the_budget_by_a_day_or_by_its_taps(budget, over):
    (week,) = week_loads([LoadOfDay(MONDAY, Load(10, 5))]).values()
    assert week.over(budget) is over
