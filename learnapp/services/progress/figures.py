"""Progress: keeping the counters true, and reading them as figures that can be explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths, unit_trees
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person, Unit
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.db.study.models import Stage
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.progress.figures import Counts, Share, count_person, roll_up, time_share
from learnapp.domain.study.planning import running_first


@dataclass(frozen=True)
class UnitRow:
    """A unit's line in the table: its own and all below it."""

    unit_id: int
    name: str
    depth: int
    counts: Counts


@dataclass(frozen=True)
class Figures:
    """A unit tree's figures with what explains them: line, stage, instant, knowledge."""

    stage: StageInForce
    as_of: datetime
    known_at: datetime
    time: Share
    rows: list[UnitRow]

    @property
    def top(self) -> Counts:
        """The counts of the unit that was asked for."""
        return self.rows[0].counts


def stage_for(session: Session, stage_id: int) -> StageInForce:
    """The stage in the revision in force, by its row in any revision. Raises NotFound."""
    row = session.get(Stage, stage_id)
    if row is None:
        raise NotFound("stage_unknown")
    identity = row.begun_as or row.id
    for stage in figure_facts.stages_in_force(session):
        if stage.identity == identity:
            return stage
    raise NotFound("stage_unknown")


def stages_to_choose(session: Session, actor: Actor, today: date) -> list[tuple[StageInForce, int]]:
    """The stages of whose line the actor sees units, running ones first, each with the topmost."""
    found = []
    tops: dict[int, list[Unit]] = {}
    for stage in running_first(figure_facts.stages_in_force(session), today):
        if stage.line_id not in tops:
            tops[stage.line_id] = top_units(session, actor, stage.line_id, today)
        if tops[stage.line_id]:
            found.append((stage, tops[stage.line_id][0].id))
    return found


def top_units(session: Session, actor: Actor, line_id: int, today: date) -> list[Unit]:
    """Where the actor's view of the line begins: reachable units with no reachable parent."""
    parents = unit_trees.parents_on(session, line_id, today)
    reach = units_in_scope(actor, Permission.PROGRESS_READ, today)
    mine = set(session.scalars(select(Unit.id).where(Unit.id.in_(reach)))) & set(parents)
    tops = [unit_id for unit_id in mine if parents[unit_id] not in mine]
    return list(
        session.scalars(select(Unit).where(Unit.id.in_(tops)).order_by(Unit.level, Unit.sort_key))
    )


def unit_figures(caller: Caller, stage_id: int, unit_id: int) -> Figures:
    """The figures of a unit and of all below it, from the counters; as known now."""
    session = caller.session
    stage = stage_for(session, stage_id)
    own = figure_facts.counts_by_unit(
        session,
        stage.id,
        reachable(session, caller.actor, stage, unit_id, local_day(caller.now)),
    )
    return _figures(session, caller.actor, stage, unit_id, Moment(caller.now), own)


def unit_figures_as_reported(
    session: Session, actor: Actor, stage: StageInForce, unit_id: int, day: date
) -> Figures:
    """The figures of a past day as they were reported at its end: never changes afterwards."""
    cut_off = end_of(day) - timedelta(microseconds=1)
    at = Moment(cut_off, cut_off)
    then = next(
        (
            each
            for each in figure_facts.stages_in_force(session, cut_off, stage.programme_id)
            if each.identity == stage.identity
        ),
        None,
    )
    if then is None:
        raise NotFound("stage_unknown")
    own = counts_from_facts(session, then, at)
    return _figures(session, actor, then, unit_id, at, own)


def counts_from_facts(session: Session, stage: StageInForce, at: Moment) -> dict[int, Counts]:
    """Per unit the counts of its own members, straight from the facts."""
    duties = figure_facts.duties_of(session, [stage.id], at.known_at)[stage.id]
    items = {duty.item_id for duty in duties}
    own: dict[int, Counts] = {}
    for facts in figure_facts.facts_of(session, stage.line_id, at, items):
        counted = count_person(facts, duties, at.as_of)
        own[facts.unit_id] = own.get(facts.unit_id, Counts()) + counted
    return own


def reachable(
    session: Session, actor: Actor, stage: StageInForce, unit_id: int, today: date
) -> Select[int]:
    """The unit's subtree within the actor's grants, as SQL. Raises NotFound for a unit beyond them:
    else no figure at all would look like a figure of nobody."""
    require_scope(session, actor, Permission.PROGRESS_READ, unit_id, today)
    reach = units_in_scope(actor, Permission.PROGRESS_READ, today)
    below = unit_trees.subtree(unit_id, stage.line_id, today)
    return select(Unit.id).where(Unit.id.in_(below), Unit.id.in_(reach))


def _figures(
    session: Session,
    actor: Actor,
    stage: StageInForce,
    unit_id: int,
    at: Moment,
    own: dict[int, Counts],
) -> Figures:
    parents = unit_trees.parents_on(session, stage.line_id, at.day, at.known_at)
    reach = units_in_scope(actor, Permission.PROGRESS_READ, local_day(at.as_of))
    units = {
        unit.id: unit
        for unit in session.scalars(select(Unit).where(Unit.id.in_(parents), Unit.id.in_(reach)))
    }
    if unit_id not in units:
        raise NotFound()
    children: dict[int | None, list[int]] = {}
    for child in sorted(units, key=lambda each: (units[each].level, units[each].sort_key)):
        children.setdefault(parents[child], []).append(child)
    totals = roll_up({child: parents[child] for child in units}, own)
    names = unit_paths.labels(session, units, at.day)
    rows: list[UnitRow] = []

    def add(each: int, depth: int) -> None:
        rows.append(UnitRow(each, names[each], depth, totals[each]))
        for child in children.get(each, []):
            add(child, depth + 1)

    add(unit_id, 0)
    calendar = figure_facts.calendar_of(session, stage, at.known_at)
    time = time_share(calendar, stage.first_day, stage.last_day, at.as_of)
    return Figures(stage, at.as_of, at.known_at or at.as_of, time, rows)


@dataclass(frozen=True)
class PersonRow:
    """A person's line under a unit; the order is by name, never by figure."""

    person_id: int
    name: str
    login_name: str
    unit_name: str
    counts: Counts


def people_of(
    caller: Caller,
    stage_id: int,
    unit_id: int,
    only_behind: bool,
    page: int,
    size: int = 50,
) -> tuple[list[PersonRow], int]:
    """A page of the members of a unit and all below it with their counts, and how many there are."""
    session = caller.session
    stage = stage_for(session, stage_id)
    within = reachable(session, caller.actor, stage, unit_id, local_day(caller.now))
    base = (
        select(Standing, Person.name, first_login())
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.stage_id == stage.id, Standing.unit_id.in_(within))
    )
    if only_behind:
        base = base.where(Standing.due_done < Standing.due)
    total = len(session.execute(base.with_only_columns(Standing.person_id)).all())
    rows = session.execute(
        base.order_by(Person.sort_key, Person.id).limit(size).offset((page - 1) * size)
    ).all()
    units = unit_paths.labels(session, {s.unit_id for s, _, _ in rows}, local_day(caller.now))
    return [
        PersonRow(s.person_id, name, login or "", units[s.unit_id], _counts(s))
        for s, name, login in rows
    ], total


def _counts(standing: Standing) -> Counts:
    return Counts(
        1,
        standing.owed,
        standing.done,
        standing.excused,
        standing.due,
        standing.due_done,
        int(2 * standing.done < standing.owed),
        int(standing.due_done < standing.due),
    )
