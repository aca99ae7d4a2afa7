"""Progress: reading the counters as figures that can be explained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths, unit_trees
from learnapp.db.people.scope import UnitOnLine, limits_of_reach, unit_ids_in_scope
from learnapp.db.progress import figure_facts, people_pages, tally_store
from learnapp.db.progress import unit_figures as unit_counts
from learnapp.db.progress.fact_counts import end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.db.progress.unit_figures import Branch, StageMoment, UnitInReach
from learnapp.db.study.models import Stage
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import ROLES, Actor, Permission
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint, last_checkpoint, time_share
from learnapp.domain.study.planning import running_first


@dataclass(frozen=True)
class UnitFigures:
    """A unit's line in the table: its own and all below it."""

    unit_id: int
    name: str
    depth: int
    counts: Counts
    judged: Checkpoint | None = None  # None before the first checkpoint


@dataclass(frozen=True)
class Figures:
    """A unit's figures and those of its children, with what explains them: line, stage, instant,
    knowledge, and the day by which pace is judged."""

    stage: StageInForce
    as_of: datetime
    known_at: datetime
    time: Share
    rows: list[UnitFigures]
    checkpoint: date | None

    @property
    def top(self) -> Counts:
        """The counts of the unit that was asked for."""
        return self.rows[0].counts


def stage_for(session: Session, stage_id: int) -> StageInForce:
    """The stage in the revision in force, by its row in any revision. Raises NotFound."""
    return stage_among(session, figure_facts.stages_in_force(session), stage_id)


def stage_among(session: Session, stages: list[StageInForce], stage_id: int) -> StageInForce:
    """The same, of the stages in force."""
    for stage in stages:
        if stage_id in (stage.id, stage.identity):
            return stage
    row = session.get(Stage, stage_id)
    for stage in stages:
        if row is not None and stage.identity == row.begun_as:
            return stage
    raise NotFound("stage_unknown")


def stages_in_reach(
    session: Session, actor: Actor, today: date
) -> list[tuple[StageInForce, list[int]]]:
    """The stages of whose line the actor sees units, running ones first, each with the topmost."""
    found = []
    tops: dict[int, list[int]] = {}
    for stage in running_first(figure_facts.stages_in_force(session), today):
        if stage.line_id not in tops:
            tops[stage.line_id] = top_units(session, actor, stage.line_id, today)
        if tops[stage.line_id]:
            found.append((stage, tops[stage.line_id]))
    return found


def stages_beside(
    session: Session,
    actor: Actor,
    stages: list[StageInForce],
    current: StageInForce,
    today: date,
) -> list[StageInForce]:
    """Those of the stages to choose from beside one whose line the actor sees; running ones first."""
    lines = {current.line_id} | {
        line_id
        for line_id in {stage.line_id for stage in stages} - {current.line_id}
        if top_unit(session, actor, line_id, today) is not None
    }
    return [each for each in running_first(stages, today) if each.line_id in lines]


def top_unit(session: Session, actor: Actor, line_id: int, today: date) -> int | None:
    """Where the actor's view of the line begins: the first of `top_units`; None when no unit of the
    line is within reach."""
    return next(iter(top_units(session, actor, line_id, today)), None)


def top_units(session: Session, actor: Actor, line_id: int, today: date) -> list[int]:
    """The reachable units of the line without a reachable parent, those of the highest level first."""
    granted = [each for each in actor.grants if each.role in ROLES[Permission.PROGRESS_READ]]
    if actor.person_id is None or any(each.line_id != line_id for each in granted):
        tops = _tops_of_reach(session, actor, line_id, today)
    else:
        units = {each.unit_id for each in granted}
        above = unit_trees.above(session, units, line_id, today, None) if len(units) > 1 else {}
        tops = [each for each in units if not above.get(each, set()) & (units - {each})]
    return unit_trees.on_line(session, tops, line_id, today)


def _tops_of_reach(session: Session, actor: Actor, line_id: int, today: date) -> list[int]:
    """Where single units, or units by other lines, are granted: all that is within reach looked at."""
    parents = unit_trees.parents_on(session, line_id, today)
    mine = unit_ids_in_scope(session, actor, Permission.PROGRESS_READ, today) & set(parents)
    return [unit_id for unit_id in mine if parents[unit_id] not in mine]


def unit_figures(caller: Caller, stage: StageInForce, unit_id: int) -> Figures:
    """The figures of a unit and of each branch below it, from the counters; as known now. Raises
    NotFound."""
    session, at = caller.session, Moment(caller.now)
    unit = in_reach(session, caller.actor, stage, unit_id, at.day)
    calendar = figure_facts.calendar_of(session, stage)
    day = last_checkpoint(stage.first_day, caller.now)
    then = None if day is None else stage_then(session, stage, day)
    moments = [StageMoment(stage, at)]
    if day is not None and then is not None:
        moments.append(StageMoment(then, end_of_day(day), without_due=True))
    found, *past = unit_counts.branches_at(session, moments, unit)
    time = time_share(calendar, stage.first_day, stage.last_day, caller.now)
    if day is None or then is None:
        return Figures(
            stage, caller.now, caller.now, time, rows_of(session, found, at.day, {}), None
        )
    span = time_share(calendar, then.first_day, then.last_day, end_of(day))
    judged = {each: Checkpoint(day, span, counts.task_share) for each, counts in by_branch(past[0])}
    rows = rows_of(session, found, at.day, judged)
    return Figures(stage, caller.now, caller.now, time, rows, day)


def by_branch(found: list[Branch]) -> list[tuple[int, Counts]]:
    """Each branch with its counts, the first with all below it; nothing while the day is still being
    counted."""
    if not found or not all(each.is_stored for each in found):
        return []
    whole = total_of(found)
    return [(each.unit_id, whole if each is found[0] else each.counts) for each in found]


def total_of(found: Collection[Branch]) -> Counts:
    """The sum of branches: the unit that was asked for with all below it."""
    return sum((each.counts for each in found), Counts())


def stage_then(session: Session, stage: StageInForce, day: date) -> StageInForce | None:
    """The stage as it was in force at the end of a day."""
    cut_off = end_of_day(day).as_of
    if stage.published_at is not None and stage.published_at <= cut_off:
        return stage
    earlier = figure_facts.stages_in_force(session, cut_off, stage.programme_id)
    return next((each for each in earlier if each.identity == stage.identity), None)


def rows_of(
    session: Session, found: list[Branch], day: date, judged: dict[int, Checkpoint]
) -> list[UnitFigures]:
    """The unit with all below it, then its children."""
    if not found:
        raise NotFound()
    shared = {each.unit_id for each in found if each.shared_name}
    names = unit_paths.labels(session, shared, day) if shared else {}
    rows = []
    for each in found:
        top = each is found[0]
        counts = total_of(found) if top else each.counts
        name = names.get(each.unit_id, each.name)
        rows.append(UnitFigures(each.unit_id, name, int(not top), counts, judged.get(each.unit_id)))
    return rows


def reachable(
    session: Session, actor: Actor, stage: StageInForce, unit_id: int, today: date
) -> Select[int]:
    """The unit's subtree within the actor's grants, as SQL. Raises NotFound for a unit beyond them:
    else no figure at all would look like a figure of nobody."""
    return subtree_of(stage, in_reach(session, actor, stage, unit_id, today), today)


def subtree_of(stage: StageInForce, unit: UnitInReach, today: date) -> Select[int]:
    """The unit and all below it on the stage's line, as far as they are within reach, as SQL."""
    return unit_trees.subtree_within(unit.unit_id, stage.line_id, today, unit.limits)


def in_reach(
    session: Session, actor: Actor, stage: StageInForce, unit_id: int, today: date
) -> UnitInReach:
    """The unit as far as the actor sees it on the stage's line. Raises Forbidden, NotFound."""
    unit = UnitOnLine(unit_id, stage.line_id)
    limits = limits_of_reach(session, actor, Permission.PROGRESS_READ, unit, today)
    return UnitInReach(unit_id, limits)


def unit_total(caller: Caller, stage: StageInForce, unit_id: int) -> UnitFigures:
    """A unit with all below it now, as far as it is within reach: what its lists add up to."""
    session, today = caller.session, local_day(caller.now)
    unit = in_reach(session, caller.actor, stage, unit_id, today)
    found = unit_counts.branches(session, stage, unit, Moment(caller.now))
    return rows_of(session, found, today, {})[0]


@dataclass(frozen=True)
class PersonRow:
    """A person's line under a unit; the order is by name, never by figure."""

    person_id: int
    name: str
    login_name: str
    unit_name: str
    counts: Counts


def people_of(
    caller: Caller, stage_id: int, unit_id: int, only_behind: bool, page: PageSpan
) -> tuple[list[PersonRow], int]:
    """A page of the members of a unit and all below it with their counts, and how many there are."""
    session, today = caller.session, local_day(caller.now)
    stage = stage_for(session, stage_id)
    top = unit_total(caller, stage, unit_id).counts
    total = top.behind if only_behind else top.people
    unit = in_reach(session, caller.actor, stage, unit_id, today)
    wanted = [Standing.unit_id.in_(subtree_of(stage, unit, today))]
    if only_behind:
        wanted.append(unit_counts.behind_of(caller.now))
    ids = people_pages.page_by_name(session, stage.id, wanted, total, page)
    rows = people_pages.standings_of(session, stage.id, ids)
    units = unit_paths.labels(session, {each.standing.unit_id for each in rows}, today)
    plan = tally_store.plan_of(session, stage.id)
    return [
        PersonRow(
            row.standing.person_id,
            row.name,
            row.login_name or "",
            units[row.standing.unit_id],
            plan.unpack(row.standing.unit_id, row.standing.signs, row.standing.moved).counts(
                caller.now
            ),
        )
        for row in rows
    ], total
