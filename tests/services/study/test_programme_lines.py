"""The lines of a draft: readings over the study days, exams on the days of their windows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.study.models import Item, Reading
from learnapp.services.study import programme_lines, programmes, publishing, readings
from tests.services.refusals import refused
from tests.small_office import NOW

ABOUT = {"title": "新读物", "source": "", "category": "", "classification": "public"}
LATER = NOW + timedelta(days=7)


@pytest.fixture
def draft(office):
    """A draft that revises the published programme."""
    return programmes.revise(office.caller(), office.programme_id)


def _reading(office, portions=3):
    sections = [
        {"heading": f"第{n}节", "html": "<p>正文</p>", "length": 1300}
        for n in range(1, portions + 1)
    ]
    return readings.add_reading(office.caller(), office.unit_id, ABOUT, sections).id


def _require(office, reading_id, now=NOW):
    return programme_lines.require_reading(office.caller(now=now), office.programme_id, reading_id)


def _lines(office, draft, title="新读物"):
    rows = programme_lines.lines_of(office.session, draft.stage.id)
    return [each for each in rows if each.title.startswith(title)]


def _exam_line(office, draft):
    (line,) = _lines(office, draft, "周测")
    return line


def test_a_reading_is_spread_over_the_study_days_that_are_left_and_asked_once(office, draft):
    reading = _reading(office)
    assert (_require(office, reading, LATER), _require(office, reading, LATER)) == (3, 0)
    days = [each.plan_day for each in _lines(office, draft)]
    assert days == sorted(days) and len(set(days)) == 3
    assert days[0] >= LATER.date() and days[-1] <= draft.stage.last_day
    assert all(each.required for each in _lines(office, draft))


def test_a_reading_may_be_offered_without_being_required(office, draft):
    caller, reading = office.caller(), _reading(office, 1)
    programme_lines.require_reading(caller, office.programme_id, reading, required=False)
    assert [each.required for each in _lines(office, draft)] == [False]


def test_no_reading_is_asked_when_no_study_day_is_left(office, draft):
    with refused("stage_is_over"):
        _require(office, _reading(office), NOW + timedelta(days=30))


def test_an_exam_is_asked_on_the_day_it_opens_until_it_closes_and_once(office, draft):
    line = _exam_line(office, draft)
    window = office.session.get_one(ExamWindow, office.window_id)
    assert (line.plan_day, line.due_at) == (window.opens_at.date(), window.closes_at)
    programme_lines.require_exam(office.caller(), office.programme_id, office.exam_id)
    assert _exam_line(office, draft) == line
    with refused("exam_unknown"):
        programme_lines.require_exam(office.caller(), office.programme_id, 0)


@pytest.mark.parametrize(("opens", "closes"), [(-30, -29), (18, 19), (11, 13)])
def test_an_exam_outside_the_stage_is_not_asked(office, draft, opens, closes):
    line = _exam_line(office, draft)
    caller = office.caller()
    programme_lines.drop_requirement(caller, office.programme_id, line.requirement_id)
    window = office.session.get_one(ExamWindow, office.window_id)
    window.opens_at, window.closes_at = (NOW + timedelta(days=each) for each in (opens, closes))
    with refused("outside_the_stage"):
        programme_lines.require_exam(caller, office.programme_id, office.exam_id)


def test_an_exam_that_was_taken_out_can_be_asked_again(office, draft):
    caller, exam = office.caller(), office.session.get_one(Exam, office.exam_id)
    assert programme_lines.dropped_exams(caller, draft) == []
    dropped = _exam_line(office, draft).requirement_id
    for _ in range(2):
        programme_lines.drop_requirement(caller, office.programme_id, dropped)
    assert programme_lines.dropped_exams(caller, draft) == [exam]
    assert programme_lines.dropped_exams(office.caller(now=LATER), draft) == []  # it is over


def test_what_the_revision_in_force_planned_before_today_stays_asked(office, draft):
    fixed = programme_lines.fixed_items(office.session, draft, LATER.date())
    assert fixed == set(programme_lines.published_lines(office.session, draft))
    (line,) = _lines(office, draft, "读物")
    with refused("planned_in_the_past"):
        programme_lines.drop_requirement(
            office.caller(now=LATER), office.programme_id, line.requirement_id
        )
    assert programme_lines.fixed_items(office.session, draft, date(2026, 11, 1)) == set()


def test_a_published_revision_has_no_lines_added_or_taken_out(office):
    reading = office.session.scalars(select(Reading.id)).one()
    with refused("revision_published"):
        _require(office, reading)
    with refused("revision_published"):
        programme_lines.drop_requirement(office.caller(), office.programme_id, 1)


def test_the_lines_of_the_revision_before_a_draft_are_none_at_first(office, draft):
    before = programme_lines.published_rows(office.session, draft)
    assert {row.stage_id for row, _ in before} == {office.stage_id}
    publishing.publish(office.caller(), office.programme_id)
    first = programmes.plan_in_reach(office.caller(), office.programme_id)
    assert len(programme_lines.published_rows(office.session, first, itself=True)) == len(before)
    exam = select(Item.id).where(Item.exam_id == office.exam_id)
    by_window = {line.item_id for _, line in before if line.by_window}
    assert by_window == {office.session.scalars(exam).one()}
