"""Named queries of the tree of units on a line: parents, all below, all above, on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, Select, case, func, literal, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Placement, Unit, UnitName

_PLACE = lasting_alias(Placement)


def parents_on(
    session: Session, line_id: int, day: date, known_at: datetime | None = None
) -> dict[int, int | None]:
    """Each placed unit's parent on the line that day."""
    rows = session.execute(
        select(Placement.child_id, Placement.parent_id).where(
            Placement.line_id == line_id, in_force(Placement, day, known_at)
        )
    )
    return {child: parent for child, parent in rows}


def stamp(session: Session) -> tuple[int, ...]:
    """Numbers of which one is another when a unit was made, placed, renamed or put away. One statement."""
    away = select(func.count()).where(Unit.retired_at.is_not(None))
    newest = [select(func.max(each.id)).scalar_subquery() for each in (Unit, Placement, UnitName)]
    return tuple(
        each or 0 for each in session.execute(select(*newest, away.scalar_subquery())).one()
    )


def subtree(unit_id: int, line_id: int, day: date, known_at: datetime | None = None) -> Select[int]:
    """The ids of the unit and all below it on the line, as SQL."""
    tree = select(literal(unit_id, BigId).label("unit_id")).cte("subtree", recursive=True)
    place = _PLACE
    below = (
        select(place.child_id)
        .join(tree, place.parent_id == tree.c.unit_id)
        .where(place.line_id == line_id, in_force(place, day, known_at))
    )
    tree = tree.union(below)
    return select(tree.c.unit_id)


def subtree_within(
    unit_id: int, line_id: int, day: date, limits: Select[int] | None
) -> Select[int]:
    """The same, of these units only (a select of unit ids; None: of any)."""
    whole = subtree(unit_id, line_id, day)
    if limits is None:
        return whole
    return select(Unit.id).where(Unit.id.in_(whole), Unit.id.in_(limits))


def on_line(session: Session, units: Collection[int], line_id: int, day: date) -> list[int]:
    """Those of the units that are on the line that day, the highest level first, then by pinyin."""
    placed = select(Placement.child_id).where(
        Placement.line_id == line_id, in_force(Placement, day), Placement.child_id.in_(units)
    )
    found = select(Unit.id).where(Unit.id.in_(placed)).order_by(Unit.level, Unit.sort_key)
    return list(session.scalars(found)) if units else []


@dataclass(frozen=True)
class TreeOfDay:
    """The tree of a line on a day, as known at an instant (None: now)."""

    line_id: int
    day: date
    known_at: datetime | None = None


def branches(unit_id: int, at: TreeOfDay, name: str = "branches") -> CTE:
    """The unit and all below it on the line, each with its branch: the child of the unit under which
    it lies; the unit is its own branch. `name`: what a statement with several calls it."""
    line_id, day, known_at = at.line_id, at.day, at.known_at
    top = literal(unit_id, BigId)
    tree = select(top.label("unit_id"), top.label("branch")).cte(name, recursive=True)
    place = _PLACE
    branch = case((tree.c.unit_id == top, place.child_id), else_=tree.c.branch)
    below = (
        select(place.child_id, branch)
        .join(tree, place.parent_id == tree.c.unit_id)
        .where(place.line_id == line_id, in_force(place, day, known_at))
    )
    return tree.union(below)


def partly_within(units: Select[int], day: date) -> CTE:
    """(line_id, unit_id) of those of these units below which, on the line, lies a unit that is none of
    them: what is done with a unit and all below it as one is not for who reaches just these."""
    left_out = (
        select(Placement.line_id, Placement.parent_id.label("unit_id"))
        .where(
            in_force(Placement, day),
            Placement.parent_id.in_(units),
            Placement.child_id.not_in(units),
        )
        .cte("partly_within", recursive=True)
    )
    place = _PLACE
    up = (
        select(place.line_id, place.parent_id)
        .join(
            left_out,
            (place.child_id == left_out.c.unit_id) & (place.line_id == left_out.c.line_id),
        )
        .where(in_force(place, day), place.parent_id.is_not(None))
    )
    return left_out.union(up)


def below(unit_ids: Collection[int], line_id: int, day: date) -> Select[int]:
    """The ids of these units and all below them on the line, as SQL."""
    tree = (
        select(Unit.id.label("unit_id"))
        .where(one_of(Unit.id, unit_ids))
        .cte("below", recursive=True)
    )
    place = _PLACE
    step = (
        select(place.child_id)
        .join(tree, place.parent_id == tree.c.unit_id)
        .where(place.line_id == line_id, in_force(place, day))
    )
    tree = tree.union(step)
    return select(tree.c.unit_id)


def above(
    session: Session, unit_ids: Collection[int], line_id: int, day: date, known_at: datetime | None
) -> dict[int, frozenset[int]]:
    """Per unit itself and all above it on the line."""
    up = (
        select(Placement.child_id.label("start"), Placement.child_id.label("unit_id"))
        .where(one_of(Placement.child_id, unit_ids), Placement.line_id == line_id)
        .where(in_force(Placement, day, known_at))
        .cte("above", recursive=True)
    )
    place = _PLACE
    step = (
        select(up.c.start, place.parent_id)
        .join(place, place.child_id == up.c.unit_id)
        .where(place.line_id == line_id, in_force(place, day, known_at))
    )
    up = up.union(step)
    found: dict[int, set[int]] = {unit_id: {unit_id} for unit_id in unit_ids}
    for start, unit_id in session.execute(select(up.c.start, up.c.unit_id)):
        if unit_id is not None:  # a condition on it would mislead SQLite's planner
            found[start].add(unit_id)
    return {unit_id: frozenset(above) for unit_id, above in found.items()}
