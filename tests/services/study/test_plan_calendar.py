"""The calendar of a plan: days with their lines and burden, lines moved by hand and left where they are."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.study.burden import Load
from learnapp.domain.study.programme import Audience
from learnapp.domain.study.study_sessions import SessionKind
from learnapp.services.study import (
    plan_calendar,
    programme_lines,
    programmes,
    publishing,
    readings,
    study_sessions,
)
from learnapp.services.study.plan_calendar import LineWish
from learnapp.services.study.study_sessions import NewSession
from tests.services.refusals import refused
from tests.services.study.test_programme_lines import ABOUT
from tests.small_office import NOW

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
FRIDAY, LATER = date(2026, 11, 27), date(2026, 12, 2)


@pytest.fixture
def draft(office):
    """A draft with a reading of three days more."""
    plan = programmes.revise(office.caller(), office.programme_id)
    text = [{"heading": f"第{n}节", "html": "<p>正文</p>", "length": 1300} for n in range(1, 4)]
    reading = readings.add_reading(office.caller(), office.unit_id, ABOUT, text)
    programme_lines.require_reading(office.caller(), office.programme_id, reading.id)
    return plan


def _days(office, draft):
    lines = programme_lines.lines_of(office.session, draft.stage.id)
    return {each.title: each.plan_day for each in lines}


def _line(office, draft, title):
    lines = programme_lines.lines_of(office.session, draft.stage.id)
    return next(each.requirement_id for each in lines if each.title.startswith(title))


def _wish(office, day, required=True, **audience):
    return LineWish(day, required, Audience(frozenset({office.unit_id}), **audience))


def test_a_week_shows_its_days_and_what_they_ask(office, draft):
    found = plan_calendar.calendar(office.caller(), office.programme_id, FRIDAY, FRIDAY)
    (week,) = found.weeks
    assert [each.day for each in week.days][::6] == [MONDAY, SUNDAY]
    assert [each.counts for each in week.days] == [True] * 5 + [False] * 2
    first = week.days[0].lines
    assert any(each.exam_id for each in first)
    exam = next(each for each in first if each.exam_id)
    assert plan_calendar.load_of(exam) == Load(20, 14)
    assert week.load.busiest.load.minutes >= 20 and week.load.load.taps >= 14


def test_a_line_moved_by_hand_leaves_the_others_and_stays_when_it_is_published(office, draft):
    before = _days(office, draft)
    moved = _line(office, draft, "新读物（1/3）")
    plan_calendar.change_line(
        office.caller(),
        office.programme_id,
        moved,
        _wish(office, LATER, categories=frozenset({"auxiliary"})),
    )
    after = _days(office, draft)
    assert after == before | {"新读物（1/3）": LATER}
    publishing.publish(office.caller(), office.programme_id)
    assert _days(office, draft) == after
    programmes.override_day(office.caller(), office.programme_id, SUNDAY, True, "调休")
    (week,) = plan_calendar.calendar(office.caller(), office.programme_id, SUNDAY, SUNDAY).weeks
    assert week.days[-1].counts and week.days[-1].override.reason == "调休"


@pytest.mark.parametrize(
    ("title", "day", "code"),
    [
        ("新读物", date(2026, 11, 20), "planned_too_early"),
        ("新读物", date(2026, 12, 7), "outside_the_stage"),
        ("周测", LATER, "exam_by_window"),
        ("读物", LATER, "planned_in_the_past"),
    ],
)
def test_where_a_line_cannot_go_is_said(office, draft, title, day, code):
    line = _line(office, draft, title)
    now = office.caller().now
    if code == "planned_in_the_past":
        row = programme_lines.rows_of(office.session, office.stage_id)
        for published, _ in row:
            published.plan_day = date(2026, 11, 20)
    with refused(code):
        plan_calendar.change_line(
            office.caller(now=now), office.programme_id, line, _wish(office, day)
        )


def test_a_line_is_made_elective_and_out_of_reach_units_are_not_asked(office, draft):
    line = _line(office, draft, "新读物")
    row = plan_calendar.line_in_draft(office.caller(), office.programme_id, line)[1]
    plan_calendar.change_line(
        office.caller(), office.programme_id, line, _wish(office, row.plan_day, required=False)
    )
    assert not row.required
    with refused("not_found"):
        plan_calendar.change_line(
            office.caller(), office.programme_id, line,
            LineWish(row.plan_day, True, Audience(frozenset({999}))),
        )  # fmt: skip
    with refused("line_unknown"):
        plan_calendar.line_in_draft(office.caller(), office.programme_id, 999)


def test_the_offices_own_sessions_stand_on_their_day(office, draft):
    new = NewSession(office.unit_id, SessionKind.LECTURE, "讲座", "", "", NOW)
    row = study_sessions.plan(office.caller("head"), new)
    branch = office.add_branch()
    elsewhere = NewSession(branch, SessionKind.FILM, "片", "", "", NOW)
    study_sessions.plan(office.caller("local"), elsewhere)
    (week,) = plan_calendar.calendar(office.caller(), office.programme_id, MONDAY, MONDAY).weeks
    assert [each.sessions for each in week.days] == [[row], *([[]] * 6)]
