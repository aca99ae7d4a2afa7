"""Stages planned from a template backward from the end, and moved to another year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from learnapp.domain.core.calendar import ZONE, CalendarKind, StudyCalendar
from learnapp.domain.study.stage_plan import (
    StagePlan,
    Template,
    check_stage,
    moved,
    overlap,
    plan_backward,
    retitled,
    same_time_later,
    usual_days,
    weeks_between,
)
from tests.services.refusals import refused

WORKING = StudyCalendar(CalendarKind.WORKING)


def test_a_campaign_ends_on_its_day_and_has_its_study_days_in_shares():
    stages = plan_backward(Template.CAMPAIGN, date(2026, 12, 31), 41, WORKING)
    lengths = [len(WORKING.study_days(each.first_day, each.last_day)) for each in stages]
    assert lengths == [17, 16, 8] and stages[0].name == "学习教育"
    assert stages[-1].last_day == date(2026, 12, 31)
    for before, after in pairwise(stages):
        assert after.first_day - before.last_day == timedelta(days=1)
        assert WORKING.is_study_day(after.first_day)


@pytest.mark.parametrize(
    ("days", "code"), [(2, "too_few_study_days"), (1000, "too_many_study_days")]
)
def test_study_days_that_cannot_be_planned_are_refused(days, code):
    with refused(code) as refusal:
        plan_backward(Template.CAMPAIGN, date(2026, 12, 31), days, WORKING)
    assert refusal.params.get("least") == (3 if days == 2 else None)


def test_each_stage_of_a_short_campaign_has_a_day():
    stages = plan_backward(Template.CAMPAIGN, date(2026, 12, 31), 3, WORKING)
    assert [len(WORKING.study_days(s.first_day, s.last_day)) for s in stages] == [1, 1, 1]


def test_a_standing_year_has_four_stages():
    stages = plan_backward(Template.STANDING_YEAR, date(2026, 12, 31), 240, WORKING)
    assert [len(WORKING.study_days(s.first_day, s.last_day)) for s in stages] == [60] * 4


def test_moved_stages_keep_their_lengths_and_how_they_overlap():
    stages = [
        StagePlan("一", date(2026, 1, 5), date(2026, 3, 1)),
        StagePlan("二", date(2026, 2, 16), date(2026, 5, 1)),
    ]
    new = moved(stages, date(2027, 1, 4))
    assert [each.last_day - each.first_day for each in new] == [
        each.last_day - each.first_day for each in stages
    ]
    assert new[1].first_day - new[0].first_day == timedelta(days=42)


def test_what_was_on_a_thursday_evening_stays_there():
    by = weeks_between(date(2026, 1, 5), date(2027, 1, 4))
    assert by == timedelta(days=364)
    at = datetime(2026, 9, 10, 18, tzinfo=ZONE)
    later = same_time_later(at, by)
    assert (later.weekday(), later.hour) == (3, 18)


@pytest.mark.parametrize(
    ("title", "new"),
    [
        ("周测（11月26日）", "周测（11月25日）"),
        ("月考（2026年11月）", "月考（2027年11月）"),
        ("2026年度日学周测月考", "2027年度日学周测月考"),
        ("2025年的法条", "2025年的法条"),
        ("第3周周测", "第3周周测"),
    ],
)
def test_a_title_names_the_new_day_where_it_named_the_old(title, new):
    assert retitled(title, date(2026, 11, 26), date(2027, 11, 25)) == new


@pytest.mark.parametrize(
    ("stage", "code"),
    [
        (("", date(2026, 11, 23), date(2026, 11, 27)), "name_needed"),
        (("一", date(2026, 11, 27), date(2026, 11, 23)), "dates_out_of_order"),
        (("一", date(2026, 11, 27), date(2029, 11, 23)), "stage_too_long"),
        (("一", date(2026, 11, 28), date(2026, 11, 29)), "no_study_days"),
    ],
)
def test_a_stage_has_a_name_days_in_order_and_a_study_day(stage, code):
    with refused(code):
        check_stage(StagePlan(*stage), WORKING)


@pytest.mark.parametrize(
    ("title", "new"),
    [
        ("2026年6月1日周测", "2027年5月31日周测"),
        ("2026年6月周测（6月1日）", "2027年5月周测（5月31日）"),
        ("2026年6月15日补考", "2027年6月15日补考"),
        ("12026年6月1日", "12026年6月1日"),
        ("6月月考", "6月月考"),
    ],
)
def test_a_full_date_in_a_title_is_one_date(title, new):
    assert retitled(title, date(2026, 6, 1), date(2027, 5, 31)) == new


@pytest.mark.parametrize(
    ("first", "last", "shared"), [(1, 9, False), (1, 10, True), (20, 30, True), (21, 30, False)]
)
def test_stages_overlap_from_one_shared_day_on(first, last, shared):
    middle = StagePlan("中", date(2026, 5, 10), date(2026, 5, 20))
    other = StagePlan("他", date(2026, 5, first), date(2026, 5, last))
    assert overlap(middle, other) is overlap(other, middle) is shared


def test_a_stage_is_offered_as_four_weeks_from_the_next_monday():
    sunday, monday = date(2026, 11, 29), date(2026, 11, 30)
    assert usual_days(sunday) == (monday, date(2026, 12, 27))
    assert usual_days(monday)[0] == date(2026, 12, 7)
