"""The burden of a plan: minutes a day and taps a week, beside the budget."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.study.burden import (
    USUAL,
    Budget,
    DonePart,
    Load,
    LoadOfDay,
    Messages,
    OrdersOfMonth,
    load_of_exam,
    load_of_portion,
    orders_by_month,
    real_load,
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


READ, SAT = DonePart(Load(5, 4), 3, 2, False), DonePart(Load(20, 14), 1, 1, True)


def test_what_came_is_counted_from_what_was_done_and_takes_no_taps_on_paper():
    found = real_load(4, [READ, SAT], 2, Messages(9, 5))
    assert (found.portions, found.exams) == (5, 2)
    assert (found.minutes, found.taps) == (5 * 5 + 2 * 20, 3 * 4 + 14 + 2 * 2)
    assert found.each(found.minutes) == 17 and found.each(found.messages.notices, 10) == 23
    assert real_load(0, [], 0, Messages()).each(0) is None


@pytest.mark.parametrize(
    ("people", "budget", "over"),
    [
        (1, Budget(minutes_a_week=65, taps_a_week=26, notices_a_week=3), False),
        (1, Budget(minutes_a_week=64, taps_a_week=26, notices_a_week=3), True),
        (2, Budget(minutes_a_week=33, taps_a_week=12, notices_a_week=2), True),
        (2, Budget(minutes_a_week=33, taps_a_week=13, notices_a_week=1), True),
        (2, Budget(minutes_a_week=33, taps_a_week=13, notices_a_week=2), False),
    ],
)
def test_what_came_is_over_the_budget_by_the_average_before_it_is_rounded(people, budget, over):
    assert real_load(people, [READ, SAT], 0, Messages(3, 0)).over(budget) is over


def test_orders_are_counted_by_month_and_judged_by_the_unit_that_got_most():
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    issued = [(may, 1), (date(2026, 5, 31), 2), (june, 1), (date(2026, 6, 2), 1)]
    found = orders_by_month(issued)
    assert found == [OrdersOfMonth(june, 2, 1, 2), OrdersOfMonth(may, 2, 2, 1)]
    assert [each.over(USUAL) for each in found] == [True, False]
    assert orders_by_month([]) == []
