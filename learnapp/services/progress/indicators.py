"""指标: 参学率, 参考率, 合格率, 不漏一人 and 无死角 of a unit and its branches, by category, leaders
beside officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths
from learnapp.db.progress import figure_facts, member_kinds, unit_figures
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.member_kinds import CountedMembers
from learnapp.db.progress.tally_store import plan_of
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.reports.week_exams import ExamOfWeek, exams_of_week
from learnapp.db.study import owed as owed_queries
from learnapp.domain.core.calendar import start_of
from learnapp.domain.progress.groups import EnrolmentGap, ExamRates, GroupCounts, GroupReckoner
from learnapp.domain.progress.tallies import TallyPlan
from learnapp.services.progress import figures

MOST_EXAMS = 8


@dataclass(frozen=True)
class UnitIndicators:
    """A unit with all below it."""

    unit_id: int
    name: str
    group: GroupCounts
    gap: EnrolmentGap


@dataclass(frozen=True)
class ExamIndicators:
    """An exam over the unit: no rate while a window is open, none of passing before marks may be seen."""

    title: str
    item_id: int
    closed_at: datetime
    is_running: bool
    marks_shown: bool
    rates: ExamRates


@dataclass(frozen=True)
class Indicators:
    """The indicators of a unit: its own with all below it, each branch, each category, who heads a
    unit and everybody else, and the newest exams."""

    rows: list[UnitIndicators]
    categories: dict[str, GroupCounts]
    leaders: GroupCounts
    officers: GroupCounts
    exams: list[ExamIndicators]


def indicators_of(
    caller: Caller, stage: StageInForce, unit_id: int, category: str | None = None
) -> Indicators:
    """The indicators of a unit now, of people of one category or (None) of all; by category always of
    all. Raises NotFound."""
    session, at = caller.session, Moment(caller.now)
    unit = figures.in_reach(session, caller.actor, stage, unit_id, at.day)
    plan = plan_of(session, stage.id)
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    items = owed_queries.items_of(session, [each.item_id for each in duties])
    readings = frozenset(
        each.requirement_id for each in duties if items[each.item_id].portion_id is not None
    )
    reckoner = GroupReckoner(plan, readings, caller.now)
    by_branch: dict[int, GroupCounts] = {}
    categories: dict[str, GroupCounts] = {}
    by_office = {True: GroupCounts(), False: GroupCounts()}
    for kind in member_kinds.kinds_of(session, stage, unit, at):
        counts = reckoner.of(kind.signs, kind.moved).times(kind.people)
        categories[kind.category] = categories.get(kind.category, GroupCounts()) + counts
        if category not in (None, kind.category):
            continue
        by_branch[kind.branch] = by_branch.get(kind.branch, GroupCounts()) + counts
        by_office[kind.leads] += counts
    gaps = {
        each.branch: EnrolmentGap(each.members, each.without_account, each.without_programme)
        for each in member_kinds.gaps_of(session, stage, unit, at, category)
    }
    within = figures.subtree_of(stage, unit, at.day)
    members = CountedMembers(stage, within, at, category)
    return Indicators(
        _rows(session, members, unit, by_branch, gaps),
        categories,
        by_office[True],
        by_office[False],
        _exams(caller, members, plan),
    )


def _rows(
    session: Session,
    members: CountedMembers,
    unit: UnitInReach,
    by_branch: dict[int, GroupCounts],
    gaps: dict[int, EnrolmentGap],
) -> list[UnitIndicators]:
    at = members.at
    branches = unit_figures.branches(session, members.stage, unit, at)
    names = unit_paths.labels(session, {each.unit_id for each in branches}, at.day)
    rows = [
        UnitIndicators(
            each.unit_id,
            names.get(each.unit_id, each.name),
            by_branch.get(each.unit_id, GroupCounts()),
            gaps.get(each.unit_id, EnrolmentGap()),
        )
        for each in branches
    ]
    top = UnitIndicators(
        unit.unit_id,
        rows[0].name,
        sum((each.group for each in rows), GroupCounts()),
        sum((each.gap for each in rows), EnrolmentGap()),
    )
    return [top, *rows[1:]]


def _exams(caller: Caller, members: CountedMembers, plan: TallyPlan) -> list[ExamIndicators]:
    """The newest exams of the stage of which a window has opened, the newest first."""
    session, now, stage = caller.session, caller.now, members.stage
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    asked = {
        each.item_id: each.requirement_id for each in duties if each.by_window and each.required
    }
    found = exams_of_week(session, asked.keys(), start_of(stage.first_day), now)
    return [
        _exam(caller, members, (plan, asked[each.item_id]), each)
        for each in reversed(found[-MOST_EXAMS:])
    ]


def _exam(
    caller: Caller, members: CountedMembers, asked: tuple[TallyPlan, int], each: ExamOfWeek
) -> ExamIndicators:
    session, (plan, requirement_id) = caller.session, asked
    place = list(plan.due).index(requirement_id)
    sat, passed, moved = member_kinds.sat_and_passed(session, members, each.exam.exam_id, place)
    deferred = [one.get(str(requirement_id)) for one in moved]
    away = sum(at is not None and datetime.fromisoformat(at) > caller.now for at in deferred)
    return ExamIndicators(
        each.exam.title,
        each.item_id,
        each.exam.closes_at,
        each.exam.running,
        each.exam.marks_shown,
        ExamRates(_owed(session, members, requirement_id, place) - away, sat, passed),
    )


def _owed(session: Session, members: CountedMembers, requirement_id: int, place: int) -> int:
    """How many owe a requirement: stored for a unit, counted for a category."""
    if members.category is not None:
        return member_kinds.asked_of(session, members, place)
    counts = unit_figures.requirement_counts(session, [requirement_id], members.units)
    return counts.get(requirement_id, (0, 0))[0]
