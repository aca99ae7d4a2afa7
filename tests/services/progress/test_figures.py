"""Random histories through the services: counters agree with facts, past reports never change."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters, fact_counts, figure_facts, unit_figures
from learnapp.db.progress.figure_facts import Moment
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.study.models import Completion, Reading
from learnapp.domain.core.calendar import CalendarKind, end_of, local_day
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.exams.exams import Channel
from learnapp.domain.people.people import UnitKind
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.groups import GroupCounts
from learnapp.domain.study.programme import RECORDED_KINDS
from learnapp.services.operations import verify
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.people import MembershipSpec
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress import indicators, past_figures, trend
from learnapp.services.study import completions, programme_lines, programmes, publishing
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW, build

STEPS = 60


class World:
    """The small office of the web tests with three stations, on two lines that differ.

    On 块 the stations stand under the unit, the last under the second; on 条 the second and third
    stand under the first. A programme of each line asks the same reading of the same people.
    """

    def __init__(self, session):
        self.staff, self.top, _window, stage_id, _exam = build(session)
        self.admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        self.units = [self.top]
        for n in range(3):
            unit = people.add_unit(Caller(session, SYSTEM, NOW), f"派出所{n}", UnitKind.POLICE, 2)
            self.units.append(unit.id)
        first, second, third = self.units[1:]
        local = default_line(session)
        upper = people.add_line(session, "tiao", "条", "Upper line", False)
        self._place(session, local, [(self.top, first), (self.top, second), (second, third)])
        above = [(None, self.top), (self.top, first), (first, second), (first, third)]
        self._place(session, upper, above)
        for person_id in self.staff.values():
            post = MembershipSpec(self.top, upper.id)
            people.join(Caller(session, SYSTEM, NOW), person_id, post, date(2026, 1, 1))
        self.stages = {local.id: stage_id, upper.id: self._programme(session, upper)}
        duties = figure_facts.duties_of(session, [stage_id])[stage_id]
        self.items = [duty.item_id for duty in duties]

    def _place(self, session, line, edges):
        for parent, child in edges:
            day = date(2026, 1, 1)
            people.place_unit(Caller(session, SYSTEM, NOW), line.id, parent, child, day)

    def _programme(self, session, line):
        plan = programmes.StagePlan("条线阶段", date(2026, 11, 16), date(2026, 12, 4))
        programme, stage = programmes.add_programme(
            Caller(session, self.admin, NOW),
            programmes.NewProgramme(self.top, line.id, "条线学习", CalendarKind.NATURAL),
            plan,
        )
        reading_id = session.query(Reading).one().id
        programme_lines.require_reading(Caller(session, self.admin, NOW), programme.id, reading_id)
        publishing.publish(Caller(session, self.admin, NOW), programme.id)
        return stage.id


def _step(session, rng, world, now, number):
    """One random deed, some of it told late."""
    person = rng.choice(list(world.staff.values()))
    past = now - timedelta(hours=rng.choice([0, 0, 5, 60]))
    deed = rng.randrange(5)
    if deed <= 1:
        item = rng.choice(world.items)
        completions.complete(
            Caller(session, SYSTEM, now),
            NewCompletion(person, item, Channel.PAPER, {}, f"test:{number}", past),
        )
    elif deed == 2:
        found = session.query(Completion).order_by(Completion.id).all()
        if found:
            completions._withdraw(Caller(session, SYSTEM, now), rng.choice(found), "退回", now)
    elif deed == 3:
        post = MembershipSpec(rng.choice(world.units), rng.choice(list(world.stages)))
        day = local_day(now) - timedelta(days=rng.randrange(4))
        people.transfer(Caller(session, world.admin, now), person, post, day)
    else:
        first = local_day(now) + timedelta(days=rng.randrange(-6, 6))
        kind = rng.choice(RECORDED_KINDS)
        last = first + timedelta(days=rng.randrange(9))
        absences.record(
            Caller(session, world.admin, now), person, NewAbsence(kind, first, last, "测试")
        )


def _reported(session, world, day):
    """Both lines' figures of a past day, as they were reported then."""
    found = []
    for stage_id in world.stages.values():
        stage = figures_service.stage_for(session, stage_id)
        caller = Caller(session, world.admin, end_of(day))
        figures = past_figures.as_reported(caller, stage, world.top, day)
        found.append(([(row.unit_id, row.counts) for row in figures.rows], figures.time))
    return found


def _kept_is_what_the_facts_say(session, world, day):
    """The kept counts of a past day's end beside those of the facts recorded by then."""
    at = fact_counts.end_of_day(day)
    for stage_id in world.stages.values():
        stage = figures_service.stage_for(session, stage_id)
        assert unit_figures.has_stored_days(session, stage, day)
        own = fact_counts.counts_from_facts(session, stage, at)
        for unit_id in world.units:
            kept = unit_figures.branches(session, stage, UnitInReach(unit_id), at)[0]
            assert kept.counts == own.get(unit_id, Counts()), (day, unit_id)


def _every_page_adds_up(session, world, now):
    """On each line a parent is the sum of its children, and all pages of a unit say the same."""
    caller = Caller(session, world.admin, now)
    for stage_id in world.stages.values():
        stage = figures_service.stage_for(session, stage_id)
        for unit_id in world.units:
            found = figures_service.unit_figures(caller, stage, unit_id)
            own = unit_figures.branches(session, stage, UnitInReach(unit_id), Moment(now))[0]
            parts = (row.counts for row in found.rows[1:])
            assert found.top == sum(parts, own.counts)
            for row in found.rows[1:]:
                assert figures_service.unit_total(caller, stage, row.unit_id).counts == row.counts
            shown = indicators.indicators_of(caller, stage, unit_id)
            assert [each.group.counts for each in shown.rows] == [r.counts for r in found.rows]
            assert shown.leaders + shown.officers == shown.rows[0].group
            assert sum(shown.categories.values(), GroupCounts()) == shown.rows[0].group
            hot = trend.heat_of(caller, stage, unit_id)[0]
            assert sum(each.whole for each in hot.levels.values()) == found.top.due
            for week in trend.trend_of(caller, stage, unit_id).weeks:
                then = past_figures.as_reported(caller, stage, unit_id, week.day)
                assert (week.counts, week.time) == (then.top, then.time)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counters_agree_and_a_past_day_stays_as_it_was_reported(office_url, seed):
    database = Database(make_engine(office_url))
    rng = random.Random(seed)
    with database.writing() as session:
        world = World(session)
    reports = {}
    now = NOW
    for number in range(STEPS):
        before, now = now, now + timedelta(minutes=rng.randrange(10, 400))
        if local_day(before) != local_day(now):
            with database.reading() as session:
                day = local_day(before)
                assert now >= end_of(day)
                reports[day] = _reported(session, world, day)
        with database.writing() as session:
            _step(session, rng, world, now, number)
    with database.writing() as session:
        counters.refresh_stale(session, now)
        assert verify.differences(session, now) == []
        _every_page_adds_up(session, world, now)
        assert len(reports) >= 5 and len(figure_facts.stages_in_force(session)) == 2
        for day, then in reports.items():
            assert _reported(session, world, day) == then, day
            _kept_is_what_the_facts_say(session, world, day)
    database.engine.dispose()
