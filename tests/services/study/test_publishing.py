"""Publishing a revision: the past stays, the preview says what changes, addresses survive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters, fact_counts, figure_facts, standings, unit_figures
from learnapp.db.progress.models import Standing, UnitCount
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.progress.waiting import people_behind
from learnapp.db.study.models import Programme, Requirement
from learnapp.domain.core.calendar import CalendarKind, local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.domain.progress.figures import DutyState
from learnapp.jobs.tick import tick
from learnapp.services.operations import verify
from learnapp.services.people import people
from learnapp.services.progress import drill_down
from learnapp.services.progress import figures as figures_service
from learnapp.services.study import programme_lines, programmes, publishing, readings
from learnapp.services.study.programmes import NewProgramme
from tests.determined import SeededRandomness
from tests.small_office import NOW, build

LATER = NOW + timedelta(days=7)


@dataclass
class Town:
    """The small installation with its programme, and an admin who may revise it."""

    database: Database
    admin: Actor
    unit_id: int
    stage_id: int
    programme_id: int
    officer: int


@pytest.fixture
def town(office_url):
    """A unit of five people whose programme was published at NOW, in the middle of its stage."""
    database = Database(make_engine(office_url))
    with database.writing() as session:
        staff, unit_id, _window, stage_id, _exam = build(session)
        admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        programme_id = session.scalars(select(Programme.id)).one()
    yield Town(database, admin, unit_id, stage_id, programme_id, staff["officer"])
    database.engine.dispose()


def _reading(session, town, title, now):
    about = {"title": title, "source": "", "category": "", "classification": "public"}
    sections = [{"heading": f"第{n}节", "html": "<p>正文</p>", "length": 1300} for n in (1, 2, 3)]
    reading = readings.add_reading(Caller(session, town.admin, now), town.unit_id, about, sections)
    programme_lines.require_reading(Caller(session, town.admin, now), town.programme_id, reading.id)


def _lines(session, stage_id):
    rows = session.scalars(select(Requirement).where(Requirement.stage_id == stage_id))
    return {row.item_id: (row.plan_day, row.due_at) for row in rows}


def test_a_revision_keeps_the_days_of_what_was_planned_and_spreads_only_what_comes_later(town):
    with town.database.writing() as session:
        before = _lines(session, town.stage_id)
        programmes.revise(Caller(session, town.admin, LATER), town.programme_id)
        _reading(session, town, "新读物", LATER)
        publishing.publish(Caller(session, town.admin, LATER), town.programme_id)
        stage = figures_service.stage_for(session, town.stage_id)
        after = _lines(session, stage.id)
        today = local_day(LATER)
        past = {item for item, (day, _) in before.items() if day < today}
        assert past and all(after[item] == before[item] for item in past)
        assert all(day >= today for item, (day, _) in after.items() if item not in past)


def test_what_was_planned_before_today_cannot_be_taken_out_even_by_an_older_draft(town):
    with town.database.writing() as session:
        draft = programmes.revise(Caller(session, town.admin, NOW), town.programme_id)
        rows = session.scalars(
            select(Requirement)
            .where(Requirement.stage_id == draft.stage.id)
            .order_by(Requirement.plan_day)
        ).all()
        dropped = rows[-1]
        item, day = dropped.item_id, dropped.plan_day
        programme_lines.drop_requirement(
            Caller(session, town.admin, NOW), town.programme_id, dropped.id
        )
        after_it = NOW + timedelta(days=(day - local_day(NOW)).days + 1)
        found = publishing.preview(Caller(session, town.admin, after_it), town.programme_id)
        assert [each.title for each in found.restored] and not found.dropped
        publishing.publish(Caller(session, town.admin, after_it), town.programme_id)
        stage = figures_service.stage_for(session, town.stage_id)
        assert item in _lines(session, stage.id)
    with town.database.writing() as session:
        programmes.revise(Caller(session, town.admin, after_it), town.programme_id)
        again = programmes.plan_in_reach(Caller(session, town.admin, after_it), town.programme_id)
        row = session.scalars(
            select(Requirement).where(
                Requirement.stage_id == again.stage.id, Requirement.item_id == item
            )
        ).one()
        with pytest.raises(RuleBroken) as broken:
            programme_lines.drop_requirement(
                Caller(session, town.admin, after_it), town.programme_id, row.id
            )
        assert broken.value.code == "planned_in_the_past"


def test_nobody_is_overdue_at_once_by_a_revision_unless_somebody_says_so(town):
    with town.database.writing() as session:
        programmes.revise(Caller(session, town.admin, LATER), town.programme_id)
        _reading(session, town, "新读物", LATER)
        found = publishing.preview(Caller(session, town.admin, LATER), town.programme_id)
        assert (found.people, found.overdue) == (5, 0) and len(found.added) == 3
        with pytest.raises(Conflict) as conflict:
            publishing.publish(
                Caller(session, town.admin, LATER), town.programme_id, seen="another"
            )
        assert conflict.value.code == "plan_changed"
        seen = found.seen
        assert (
            publishing.publish(Caller(session, town.admin, LATER), town.programme_id, seen=seen)
            == 5
        )


def test_what_would_be_overdue_at_once_is_counted_named_and_asked(town):
    with town.database.writing() as session:
        line = default_line(session)
        stage = programmes.StagePlan("第二阶段", local_day(NOW), date(2026, 12, 4))
        programme, _ = programmes.add_programme(
            Caller(session, town.admin, NOW),
            NewProgramme(town.unit_id, line.id, "另一计划", CalendarKind.WORKING),
            stage,
        )
        exam_id = session.scalars(select(Exam.id)).one()  # it closes before the plan is published
        programme_lines.require_exam(Caller(session, town.admin, NOW), programme.id, exam_id)
        found = publishing.preview(Caller(session, town.admin, LATER), programme.id)
        assert (found.people, found.overdue) == (5, 5) and len(found.overdue_names) == 5
        with pytest.raises(RuleBroken) as broken:
            publishing.publish(Caller(session, town.admin, LATER), programme.id)
        assert broken.value.code == "would_be_overdue" and broken.value.params == {"count": 5}
        assert publishing.publish(Caller(session, town.admin, LATER), programme.id, True) == 5


def test_the_message_counts_whom_the_programme_asks_and_not_everybody_on_the_line(town):
    with town.database.writing() as session:
        line = default_line(session)
        station = people.add_unit(Caller(session, SYSTEM, NOW), "派出所", UnitKind.POLICE, 2)
        day = date(2026, 1, 1)
        people.place_unit(Caller(session, SYSTEM, NOW), line.id, town.unit_id, station.id, day)
        member = people.add_person(
            Caller(session, SYSTEM, NOW), "民警甲", [(LoginKind.BADGE, "900001")]
        )
        post = people.MembershipSpec(station.id, line.id)
        people.join(Caller(session, SYSTEM, NOW), member.id, post, day)
        stage = programmes.StagePlan("所里的阶段", local_day(NOW), date(2026, 12, 4))
        programme, _ = programmes.add_programme(
            Caller(session, town.admin, NOW),
            NewProgramme(station.id, line.id, "所里学习", CalendarKind.WORKING),
            stage,
        )
        about = {"title": "读物", "source": "", "category": "", "classification": "public"}
        sections = [{"heading": "一", "html": "<p>正文</p>", "length": 600}]
        reading = readings.add_reading(
            Caller(session, town.admin, NOW), station.id, about, sections
        )
        programme_lines.require_reading(Caller(session, town.admin, NOW), programme.id, reading.id)
        assert publishing.publish(Caller(session, town.admin, NOW), programme.id) == 1
        assert publishing.publish(Caller(session, town.admin, NOW), programme.id) == 1


def test_an_address_of_a_stage_and_of_an_item_holds_through_revisions(town):
    with town.database.writing() as session:
        old = figures_service.stage_for(session, town.stage_id)
        programmes.revise(Caller(session, town.admin, LATER), town.programme_id)
        _reading(session, town, "新读物", LATER)
        publishing.publish(Caller(session, town.admin, LATER), town.programme_id)
        new = figures_service.stage_for(session, town.stage_id)
        assert new.id != old.id and new.identity == old.identity == town.stage_id
        assert figures_service.stage_for(session, new.id) == new
        figures = figures_service.unit_figures(
            Caller(session, town.admin, LATER), new, town.unit_id
        )
        assert figures.top.people == 5
        requirement = session.scalars(
            select(Requirement).where(Requirement.stage_id == old.id)
        ).first()
        caller = Caller(session, town.admin, LATER)
        rows, _ = drill_down.requirements_of(caller, old.id, town.unit_id, PageSpan(1, 50))
        at = (old.id, town.unit_id, requirement.id)
        item = drill_down.item_of_requirement(Caller(session, town.admin, LATER), *at)
        assert item in {row.item_id for row in rows}


def test_who_joins_late_is_not_overdue_on_the_first_day_and_the_counters_know(town):
    joined = NOW + timedelta(days=8)
    with town.database.writing() as session:
        line = default_line(session)
        person = people.add_person(
            Caller(session, SYSTEM, joined), "新人", [(LoginKind.BADGE, "900002")]
        )
        post = people.MembershipSpec(town.unit_id, line.id)
        people.join(Caller(session, SYSTEM, joined), person.id, post, local_day(joined))
        counters.refresh(session, joined)
        mine = [each for _, each in duties_of_person(session, person.id, joined)]
        states = {each.state for each in mine}
        assert mine and DutyState.OVERDUE not in states and DutyState.EXCUSED in states
        others = duties_of_person(session, town.officer, joined)
        assert DutyState.OVERDUE in {each.state for _, each in others}
        assert verify.differences(session, joined) == []
        stages = figure_facts.stages_in_force(session)
        for known_at in (None, joined):
            at = figure_facts.Moment(joined, known_at)
            everybody = figure_facts.facts_of(session, stages[0].line_id, at, ())
            since = {each.person_id: each.since for each in everybody}
            assert since[person.id] == local_day(joined)
            assert since[town.officer] == date(2026, 1, 1)


def test_a_transfer_within_the_line_does_not_make_a_late_joiner(town):
    with town.database.writing() as session:
        line = default_line(session)
        station = people.add_unit(Caller(session, SYSTEM, NOW), "派出所", UnitKind.POLICE, 2)
        day = date(2026, 1, 1)
        people.place_unit(Caller(session, SYSTEM, NOW), line.id, town.unit_id, station.id, day)
        moved = NOW + timedelta(days=3)
        post = people.MembershipSpec(station.id, line.id)
        people.transfer(Caller(session, town.admin, moved), town.officer, post, local_day(moved))
        later = moved + timedelta(days=1)
        one, many = (
            figure_facts.facts_of(
                session,
                line.id,
                figure_facts.Moment(later),
                (),
                figure_facts.MemberChoice(people),
            )
            for people in ([town.officer], [town.officer, 1, 2, 3])
        )
        same = next(each for each in many if each.person_id == town.officer)
        assert one[0].since == same.since == day and one[0].unit_id == station.id


def test_a_plan_for_many_is_counted_by_the_scheduler_and_the_days_before_stay(town, monkeypatch):
    monkeypatch.setattr(counters, "AT_ONCE", 2)
    day = local_day(LATER) - timedelta(days=1)
    with town.database.writing() as session:
        stage = figures_service.stage_for(session, town.stage_id)
        at = fact_counts.end_of_day(day)
        before = unit_figures.branches(session, stage, UnitInReach(town.unit_id), at)
        programmes.revise(Caller(session, town.admin, LATER), town.programme_id)
        _reading(session, town, "新读物", LATER)
        publishing.publish(Caller(session, town.admin, LATER), town.programme_id)
        new = figures_service.stage_for(session, town.stage_id)
        assert counters.is_waiting(session, new, LATER)
        assert session.scalar(select(Standing.person_id).where(Standing.stage_id == stage.id))
        assert standings.of_person(session, town.officer, LATER) == {}  # not what was asked before
        assert people_behind(Caller(session, town.admin, LATER)).count == 0
    tick(town.database, LATER, SeededRandomness())
    with town.database.reading() as session:
        assert not counters.anybody_waits(session, LATER)
        assert verify.differences(session, LATER) == []
        mine = standings.of_person(session, town.officer, LATER)[new.id]
        assert mine.unit_id == town.unit_id and mine.counts.owed > 0
        left = select(func.count()).select_from(UnitCount).where(UnitCount.stage_id == stage.id)
        assert session.scalar(left) == 0  # nothing is kept of the former revision but its days
        assert [each.counts for each in before] == [
            each.counts
            for each in unit_figures.branches(session, stage, UnitInReach(town.unit_id), at)
        ]
        assert before[0].counts.people == 5
