"""Exams that recur: each kind at its usual times, within the stage, without weeks off and without the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from learnapp.domain.core.calendar import ZONE, CalendarKind, StudyCalendar
from learnapp.domain.exams.exams import ExamKind, WindowKind, WindowTimes
from learnapp.domain.exams.recurring import DEFAULTS, STILL, Shift, plan_series, shifted
from tests.services.refusals import refused

WORKING = StudyCalendar(CalendarKind.WORKING)
NOW = datetime(2026, 9, 1, 8, tzinfo=ZONE)
WEEKLY, MONTHLY = (DEFAULTS[each].timetable for each in (ExamKind.WEEKLY, ExamKind.MONTHLY))


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def _plan(kind, first, last, timetable=None, now=NOW, calendar=WORKING):
    span = (date.fromisoformat(first), date.fromisoformat(last))
    return plan_series(kind, timetable or DEFAULTS[kind].timetable, span, calendar, now)


def test_a_weekly_test_is_open_from_thursday_18_to_sunday_22_with_a_make_up_to_wednesday():
    (exam,) = _plan(ExamKind.WEEKLY, "2026-09-07", "2026-09-13").exams
    assert exam.windows == (WindowTimes(_at("2026-09-10 18:00"), _at("2026-09-13 22:00")),)
    assert exam.make_up == WindowTimes(_at("2026-09-13 22:00"), _at("2026-09-16 22:00"))


@pytest.mark.parametrize(
    ("kind", "minutes", "tries", "least", "most"),
    [
        (ExamKind.WEEKLY, 20, 3, 10, 20),
        (ExamKind.MONTHLY, 60, 1, 50, 100),
        (ExamKind.TRIAL, 10, 3, 3, 20),
    ],
)
def test_the_usual_exam_of_a_kind_is_as_the_trade_has_it(kind, minutes, tries, least, most):
    usual = DEFAULTS[kind]
    assert (usual.minutes, usual.tries, usual.pass_percent) == (minutes, tries, 60)
    assert least <= sum(usual.questions.values()) <= most
    assert sum(usual.questions.values()) * usual.marks == 100


def test_a_stage_that_begins_on_the_day_of_the_test_has_that_test():
    assert len(_plan(ExamKind.WEEKLY, "2026-09-10", "2026-09-13").exams) == 1
    later = _plan(ExamKind.WEEKLY, "2026-09-11", "2026-09-20")
    assert [each.day for each in later.exams] == [date(2026, 9, 17)]


def test_a_week_without_a_study_day_has_no_test_and_a_short_stage_ends_it():
    found = _plan(ExamKind.WEEKLY, "2026-09-21", "2026-10-16")
    off = StudyCalendar(
        CalendarKind.WORKING, {date(2026, 9, 28) + timedelta(days=n): False for n in range(7)}
    )
    without = _plan(ExamKind.WEEKLY, "2026-09-21", "2026-10-16", calendar=off)
    assert without.without == (date(2026, 9, 28),)
    assert len(without.exams) == len(found.exams) - 1
    last = found.exams[-1]
    assert last.cut and last.windows[0].closes_at == _at("2026-10-17 00:00")
    assert last.make_up.closes_at == _at("2026-10-19 22:00")


def test_a_monthly_exam_has_two_batches_on_different_study_days_at_each_months_end():
    september, october = _plan(ExamKind.MONTHLY, "2026-09-14", "2026-10-31").exams
    assert [each.opens_at.date() for each in september.windows] == [
        date(2026, 9, 29),
        date(2026, 9, 30),
    ]
    assert [each.opens_at.date() for each in october.windows] == [
        date(2026, 10, 29),
        date(2026, 10, 30),
    ]
    further = replace(MONTHLY, batches=3, apart=2)
    (only, _) = _plan(ExamKind.MONTHLY, "2026-09-14", "2026-10-31", further).exams
    days = [each.opens_at.date() for each in only.windows]
    assert days == [date(2026, 9, 23), date(2026, 9, 28), date(2026, 9, 30)]


def test_a_month_of_which_the_stage_has_a_few_days_has_no_exam_of_its_own():
    (october,) = _plan(ExamKind.MONTHLY, "2026-09-28", "2026-11-05").exams
    assert october.day.month == 10
    (alone,) = _plan(ExamKind.MONTHLY, "2026-09-28", "2026-09-30").exams
    assert alone.day.month == 9


def test_a_stage_test_ends_its_stage_and_a_trial_comes_first():
    (stage,) = _plan(ExamKind.STAGE, "2026-09-07", "2026-10-31").exams
    assert stage.windows[-1].opens_at.date() == date(2026, 10, 30)
    (trial,) = _plan(ExamKind.TRIAL, "2026-08-01", "2026-10-31", now=_at("2026-09-08 19:00")).exams
    assert trial.windows[0].opens_at == _at("2026-09-09 09:00")


def test_what_is_over_is_not_planned_and_a_batch_that_is_over_is_left_out():
    later = _plan(ExamKind.WEEKLY, "2026-09-07", "2026-09-27", now=_at("2026-09-18 09:00"))
    assert [each.day for each in later.exams] == [date(2026, 9, 17), date(2026, 9, 24)]
    half = _plan(ExamKind.MONTHLY, "2026-09-01", "2026-09-30", now=_at("2026-09-29 18:00"))
    assert len(half.exams[0].windows) == 1


@pytest.mark.parametrize(
    ("about", "code"),
    [
        (("2026-09-08", "2026-09-07"), "dates_out_of_order"),
        (("2026-09-07", "2026-09-08"), "no_exam_fits"),
        (("2026-09-07", "2029-09-07"), "too_many_exams"),
    ],
)
def test_a_span_that_holds_no_exam_or_too_many_is_refused(about, code):
    with refused(code):
        _plan(ExamKind.WEEKLY, *about)
    with refused("dates_out_of_order"):
        early = replace(WEEKLY, days=0, closes=WEEKLY.opens)
        _plan(ExamKind.WEEKLY, "2026-09-07", "2026-09-30", early)


def test_a_make_up_follows_the_close_as_a_whole():
    span = WindowTimes(_at("2026-09-13 22:00"), _at("2026-09-16 22:00"))
    assert shifted(WindowKind.MAIN, span, STILL) == span
    by = Shift(timedelta(hours=1), timedelta(days=1))
    assert shifted(WindowKind.MAKE_UP, span, by).opens_at == _at("2026-09-14 22:00")
    moved = shifted(WindowKind.MAIN, span, by)
    assert (moved.opens_at, moved.closes_at) == (_at("2026-09-13 23:00"), _at("2026-09-17 22:00"))
