"""Named queries of stored counters, summed over the tree of units: a unit and each branch below it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import total
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Unit
from learnapp.db.people.unit_trees import TreeOfDay
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import (
    StageCounting,
    Standing,
    UnitCount,
    UnitDay,
    UnitDueCount,
    UnitRequirementCount,
)
from learnapp.domain.progress.figures import Counts

_TWIN = lasting_alias(Unit)
_STANDING = ("people", "owed", "done", "excused", "under_half")  # what no day changes
_ORDER = ("people", "owed", "done", "excused", "due", "due_done", "under_half", "behind")


@dataclass(frozen=True)
class Branch:
    """A unit with all below it; the unit that was asked for with its own members alone."""

    unit_id: int
    name: str
    shared_name: bool  # another unit has it, too
    counts: Counts
    is_stored: bool = True  # False: a past day of which nothing is stored


@dataclass(frozen=True)
class UnitInReach:
    """A unit with all below it, as far as a reader may see it: `limits` are the units within their
    reach (a select of unit ids), None where they may see all of it."""

    unit_id: int
    limits: Select[int] | None = None


def branches(session: Session, stage: StageInForce, unit: UnitInReach, at: Moment) -> list[Branch]:
    """The unit with its own members alone, then each child with all below it, in their order.

    `at` is now, or the end of a past day as it was known then, whose stored rows come first: a unit
    without one has not changed since. One statement.
    """
    return branches_at(session, [StageMoment(stage, at)], unit)[0]


@dataclass(frozen=True)
class StageMoment:
    """A stage as it was in force at a moment, and that moment. `without_due`: what was due by then is
    not asked, and is 0 in the counts: to judge by owed and done alone."""

    stage: StageInForce
    at: Moment
    without_due: bool = False


def branches_at(
    session: Session, moments: Sequence[StageMoment], unit: UnitInReach
) -> list[list[Branch]]:
    """`branches` at each of some moments, of stages of one line or several. One statement."""
    parts = [_at_moment(number, each, unit) for number, each in enumerate(moments)]
    summed = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    twin = select(_TWIN.id).where(
        _TWIN.name == Unit.name, _TWIN.id != Unit.id, _TWIN.retired_at.is_(None)
    )
    rows = session.execute(
        select(summed, Unit.name, twin.exists().label("shared"))
        .join(Unit, Unit.id == summed.c.branch)
        .order_by(case((Unit.id == unit.unit_id, 0), else_=1), Unit.level, Unit.sort_key, Unit.id)
    )
    found: list[list[Branch]] = [[] for _ in moments]
    for row in rows:
        counts = Counts(*(getattr(row, name) for name in _ORDER))
        branch = Branch(row.branch, row.name, row.shared, counts, row.is_stored)
        found[row.moment].append(branch)
    return found


def own_counts(session: Session, moment: StageMoment, unit: UnitInReach) -> dict[int, Counts]:
    """Per unit of a subtree, as far as it is within reach, the counts of its own members at a moment;
    nothing where that moment is not stored. Two statements at most."""
    stage, at = moment.stage, moment.at
    if at.known_at is not None and not has_stored_days(session, stage, at.day):
        return {}
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day, at.known_at))
    rows = session.execute(_summed(tree, moment, unit.limits, tree.c.unit_id))
    return {row[0]: Counts(*row[1:]) for row in rows}


def _at_moment(number: int, each: StageMoment, unit: UnitInReach) -> Select[Any]:
    stage, at = each.stage, each.at
    tree = unit_trees.branches(
        unit.unit_id, TreeOfDay(stage.line_id, at.day, at.known_at), f"branches_{number}"
    )
    summed = _summed(tree, each, unit.limits, tree.c.branch).subquery()
    return select(literal(number).label("moment"), summed, _has_stored_day(stage, at))


def _has_stored_day(stage: StageInForce, at: Moment) -> Any:
    """Whether what is counted of the moment is known: the present always is."""
    if at.known_at is None:
        return true().label("is_stored")
    return _keeping(stage, at.day).exists().label("is_stored")


def _keeping(stage: StageInForce, day: date) -> Select[int]:
    return select(StageCounting.stage_id).where(
        StageCounting.stage_id == stage.id,
        or_(StageCounting.stored_from <= day, StageCounting.checkpoint == day),
    )


def _summed(
    tree: CTE, moment: StageMoment, within: Select[int] | None, by: ColumnElement[int]
) -> Select[Any]:
    """The sums by a column of the tree: its branches, or its units."""
    stage, at = moment.stage, moment.at
    columns: dict[str, Any] = {name: getattr(UnitCount, name) for name in _STANDING}
    joined: Any = tree.outerjoin(
        UnitCount,
        and_(
            UnitCount.unit_id == tree.c.unit_id,
            UnitCount.stage_id == stage.id,
            UnitCount.closed_through < at.day,
        ),
    )
    if not moment.without_due:
        due = _due_by_then(stage, at)
        joined = joined.outerjoin(due, due.c.unit_id == UnitCount.unit_id)
        columns |= {name: due.c[name] for name in ("due", "due_done", "behind")}
    if at.known_at is not None:
        joined = joined.outerjoin(
            UnitDay,
            and_(
                UnitDay.stage_id == stage.identity,
                UnitDay.day == at.day,
                UnitDay.unit_id == tree.c.unit_id,
            ),
        )
        columns = {
            name: func.coalesce(getattr(UnitDay, name), column) for name, column in columns.items()
        }
    sums = {name: total(column) for name, column in columns.items()}
    wanted: list[ColumnElement[Any]] = [sums.get(name, literal(0)).label(name) for name in _ORDER]
    asked: Select[Any] = select(by, *wanted).select_from(joined).group_by(by)
    return asked if within is None else asked.where(tree.c.unit_id.in_(within))


class LevelOfBranch(NamedTuple):
    """What was due and done of the units of one level in a branch."""

    branch: int
    level: int
    due: int
    due_done: int


def levels_of(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment
) -> list[LevelOfBranch]:
    """What is due now, by branch of a unit and level of units, branches in their order. One statement."""
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day, at.known_at))
    due = _due_by_then(stage, at)
    head = aliased(Unit)
    asked = (
        select(tree.c.branch, Unit.level, total(due.c.due), total(due.c.due_done))
        .join(Unit, Unit.id == tree.c.unit_id)
        .join(head, head.id == tree.c.branch)
        .outerjoin(due, due.c.unit_id == tree.c.unit_id)
        .group_by(tree.c.branch, Unit.level, head.level, head.sort_key)
        .order_by(head.level, head.sort_key, tree.c.branch, Unit.level)
    )
    if unit.limits is not None:
        asked = asked.where(tree.c.unit_id.in_(unit.limits))
    return [LevelOfBranch(*row) for row in session.execute(asked)]


def branches_of(
    session: Session,
    stage: StageInForce,
    unit: UnitInReach,
    at: Moment,
    own: dict[int, Counts],
) -> list[Branch]:
    """The same of counts per unit that come from elsewhere."""
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day, at.known_at))
    asked = select(tree.c.unit_id, tree.c.branch)
    if unit.limits is not None:
        asked = asked.where(tree.c.unit_id.in_(unit.limits))
    counts: dict[int, Counts] = {}
    for each, branch in session.execute(asked):
        counts[branch] = counts.get(branch, Counts()) + own.get(each, Counts())
    return [
        Branch(each.unit_id, each.name, each.shared_name, counts[each.unit_id])
        for each in branches(session, stage, unit, at)
    ]


def _due_by_then(stage: StageInForce, at: Moment) -> Subquery:
    """Per unit what was due by then, of what is stored now."""
    return (
        select(
            UnitDueCount.unit_id,
            func.sum(UnitDueCount.due).label("due"),
            func.sum(UnitDueCount.due_done).label("due_done"),
            func.sum(UnitDueCount.behind).label("behind"),
        )
        .where(UnitDueCount.stage_id == stage.id, UnitDueCount.due_at <= at.as_of)
        .group_by(UnitDueCount.unit_id)
        .subquery()
    )


def has_stored_days(session: Session, stage: StageInForce, day: date) -> bool:
    """Whether the units' counts at the end of that past day are stored."""
    return session.scalar(_keeping(stage, day)) is not None


def requirement_counts(
    session: Session, requirement_ids: Collection[int], units: Select[int]
) -> dict[int, tuple[int, int]]:
    """Per requirement of a page how many people of the units owe it, and how many have met it."""
    rows = session.execute(
        select(
            UnitRequirementCount.requirement_id,
            total(UnitRequirementCount.owed),
            total(UnitRequirementCount.done),
        )
        .where(
            UnitRequirementCount.requirement_id.in_(list(requirement_ids)),
            UnitRequirementCount.unit_id.in_(units),
        )
        .group_by(UnitRequirementCount.requirement_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def behind_of(as_of: datetime) -> Any:
    """Condition: something of a standing is due and not done."""
    return and_(Standing.behind_from.is_not(None), Standing.behind_from <= as_of)
