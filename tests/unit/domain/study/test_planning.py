"""A revision leaves the past as it was; what is left is spread over the days that are left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.calendar import days, end_of, week_end
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.study.planning import PlannedLine, arrange, changes, is_past, running_first
from learnapp.domain.study.stage_plan import StagePlan

MONDAY = date(2026, 11, 2)
FRIDAY = date(2026, 11, 27)  # the last day of a stage of four weeks
STUDY = [day for day in days(MONDAY, FRIDAY) if day.weekday() < 5]

STAGE = StagePlan("阶段", MONDAY, FRIDAY)


def _line(item, day, by_window=False):
    return PlannedLine(item, day, week_end(day), by_window)


def _published(count):
    lines = [_line(n, MONDAY) for n in range(count)]
    return {line.item_id: line for line in arrange(lines, {}, STUDY, STAGE, MONDAY)}


def test_a_first_revision_is_spread_over_the_stage_and_nothing_is_due_after_it():
    lines = arrange([_line(n, MONDAY) for n in range(20)], {}, STUDY, STAGE, MONDAY)
    assert [line.plan_day for line in lines] == STUDY
    assert max(line.due_at for line in lines) == end_of(FRIDAY) < week_end(FRIDAY)


def test_published_in_the_middle_nothing_falls_on_days_that_are_over():
    today = MONDAY + timedelta(days=16)
    lines = arrange([_line(n, MONDAY) for n in range(20)], {}, STUDY, STAGE, today)
    assert min(line.plan_day for line in lines) == today
    assert all(line.due_at > end_of(today - timedelta(days=1)) for line in lines)


def test_a_revision_keeps_what_was_planned_before_today_and_spreads_only_the_rest():
    before = _published(10)
    today = MONDAY + timedelta(days=9)
    past = {n for n, line in before.items() if line.plan_day < today}
    lines = arrange([*before.values(), _line(99, MONDAY)], before, STUDY, STAGE, today)
    after = {line.item_id: line for line in lines}
    assert past and all(after[n] == before[n] for n in past)
    assert all(line.plan_day >= today for n, line in after.items() if n not in past)
    assert changes(lines, before).added == (99,)
    assert not set(changes(lines, before).moved) & past


def test_a_revision_that_changes_no_portion_moves_none():
    before = _published(7)
    exam = _line(50, MONDAY + timedelta(days=18), by_window=True)
    lines = arrange([*before.values(), exam], before, STUDY, STAGE, MONDAY + timedelta(days=8))
    found = changes(lines, before)
    assert (found.added, found.moved, found.dropped) == ((50,), (), ())


@pytest.mark.parametrize(
    ("first", "last"), [(MONDAY, date(2026, 11, 18)), (date(2026, 11, 16), FRIDAY)]
)
def test_a_stage_that_is_cut_at_either_end_takes_its_lines_with_it(first, last):
    before = _published(10)
    stage, today = StagePlan("阶段", first, last), MONDAY + timedelta(days=3)
    days_left = [day for day in STUDY if first <= day <= last]
    after = {
        each.item_id: each
        for each in arrange(list(before.values()), before, days_left, stage, today)
    }
    for item_id, line in after.items():
        if before[item_id].plan_day < today:
            assert line == before[item_id]
        else:
            assert max(first, today) <= line.plan_day and line.due_at <= end_of(last)


def test_a_stage_that_becomes_longer_moves_nothing():
    before = _published(10)
    longer = StagePlan("阶段", MONDAY, FRIDAY + timedelta(days=7))
    assert arrange(list(before.values()), before, STUDY, longer, MONDAY) == list(before.values())


def test_dropping_a_coming_line_spreads_the_others_anew():
    before = _published(8)
    today = MONDAY + timedelta(days=7)
    coming = [n for n, line in before.items() if line.plan_day >= today]
    kept = [line for n, line in before.items() if n != coming[0]]
    found = changes(arrange(kept, before, STUDY, STAGE, today), before)
    assert found.dropped == (coming[0],)


def test_a_stage_without_a_day_left_takes_no_more_portions():
    with pytest.raises(RuleBroken) as broken:
        arrange([_line(1, MONDAY)], {}, STUDY, STAGE, FRIDAY + timedelta(days=1))
    assert broken.value.code == "stage_is_over"


def test_a_chooser_lists_what_runs_then_what_comes_then_what_is_over():
    class Stage:
        def __init__(self, name, first, last):
            self.name, self.first_day, self.last_day = name, first, last

    stages = [
        Stage("over", date(2026, 1, 1), date(2026, 2, 1)),
        Stage("next year", date(2027, 1, 1), date(2027, 2, 1)),
        Stage("long", date(2026, 9, 1), date(2026, 12, 1)),
        Stage("short", date(2026, 11, 1), date(2026, 12, 1)),
        Stage("next", date(2026, 12, 1), date(2026, 12, 31)),
    ]
    found = [stage.name for stage in running_first(stages, date(2026, 11, 10))]
    assert found == ["short", "long", "next", "next year", "over"]


def test_a_line_before_today_is_past_and_one_of_today_is_not():
    assert is_past(_line(1, MONDAY), MONDAY + timedelta(days=1))
    assert not is_past(_line(1, MONDAY), MONDAY)


def test_lines_keep_the_given_order_and_an_exam_the_days_of_its_window():
    exam = _line(5, FRIDAY, by_window=True)
    lines = arrange([_line(2, FRIDAY), exam, _line(1, FRIDAY)], {}, STUDY, STAGE, MONDAY)
    assert [line.item_id for line in lines] == [2, 5, 1]
    assert lines[1] == exam
    assert (lines[0].plan_day, lines[2].plan_day) == (MONDAY, STUDY[10])


def test_an_exam_needs_no_study_day_that_is_left():
    exam = _line(5, FRIDAY, by_window=True)
    assert arrange([exam], {}, STUDY, STAGE, FRIDAY + timedelta(days=1)) == [exam]


def test_the_refusal_names_the_last_day():
    with pytest.raises(RuleBroken) as refused:
        arrange([_line(1, MONDAY)], {}, [], STAGE, MONDAY)
    assert (refused.value.field, refused.value.code) == ("last_day", "stage_is_over")


def test_changes_name_what_was_added_moved_and_dropped():
    before = {n: _line(n, MONDAY) for n in (1, 2, 3, 4)}
    later_due = PlannedLine(2, MONDAY, before[2].due_at + timedelta(days=1))
    other_day = PlannedLine(3, MONDAY + timedelta(days=1), before[3].due_at)
    found = changes([before[1], later_due, other_day, _line(9, MONDAY)], before)
    assert (found.added, found.moved, found.dropped) == ((9,), (2, 3), (4,))


def test_a_stage_runs_from_its_first_day_to_its_last():
    class Stage:
        def __init__(self, first, last):
            self.first_day, self.last_day = first, last

    day = timedelta(days=1)
    coming, running = Stage(FRIDAY + day, FRIDAY + 2 * day), Stage(FRIDAY, FRIDAY)
    assert running_first([coming, running], FRIDAY) == [running, coming]
    ended, long_over = Stage(MONDAY, FRIDAY - day), Stage(MONDAY, MONDAY)
    found = running_first([long_over, coming, ended, running], FRIDAY)
    assert found == [running, coming, ended, long_over]
