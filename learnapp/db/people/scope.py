"""What an actor's grants reach, as SQL: every query of people or results is limited by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, and_, bindparam, literal, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.temporal import in_force
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Grant, Placement, Unit
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.permissions import ROLES, ActiveGrant, Actor, Permission, Role

_PLACE = lasting_alias(Placement)


def units_in_scope(actor: Actor, permission: Permission, today: date) -> Select[int]:
    """The ids of the units over which the actor holds the permission today."""
    if actor.person_id is None:
        return select(Unit.id)
    top = select(Grant.unit_id.label("unit_id"), Grant.line_id.label("line_id")).where(
        Grant.person_id == actor.person_id,
        Grant.role.in_(sorted(ROLES[permission])),
        in_force(Grant, today),
    )
    # Named by the permission: a statement may ask for several.
    tree = top.cte(f"in_scope_of_{permission.name.lower()}", recursive=True)
    place = _PLACE
    below = (
        select(place.child_id, place.line_id)
        .join(tree, and_(place.parent_id == tree.c.unit_id, place.line_id == tree.c.line_id))
        .where(in_force(place, today))
    )
    tree = tree.union(below)
    return select(tree.c.unit_id)


def unit_ids_in_scope(
    session: Session, actor: Actor, permission: Permission, today: date
) -> set[int]:
    """The same, read."""
    reach = units_in_scope(actor, permission, today)
    return set(session.scalars(select(Unit.id).where(Unit.id.in_(reach))))


def require_scope(
    session: Session, actor: Actor, permission: Permission, unit_id: int, today: date
) -> None:
    """Raise Forbidden without the permission at all, NotFound when it does not reach the unit."""
    if not actor.may(permission):
        raise Forbidden(permission=str(permission))
    reach = units_in_scope(actor, permission, today)
    if session.scalar(select(Unit.id).where(Unit.id == unit_id, Unit.id.in_(reach))) is None:
        raise NotFound()


@dataclass(frozen=True)
class UnitOnLine:
    """A unit with all below it on a line of authority."""

    unit_id: int
    line_id: int


def limits_of_reach(
    session: Session, actor: Actor, permission: Permission, unit: UnitOnLine, today: date
) -> Select[int] | None:
    """The units to which the actor's reach limits the unit's subtree on a line; None where it holds
    the whole subtree. Raises Forbidden without the permission, NotFound for a unit beyond the reach."""
    if not actor.may(permission):
        raise Forbidden(permission=str(permission))
    if _reaches_all_below(session, actor, permission, unit, today):
        return None
    require_scope(session, actor, permission, unit.unit_id, today)
    return units_in_scope(actor, permission, today)


def require_all_below(
    session: Session, actor: Actor, permission: Permission, unit: UnitOnLine, today: date
) -> None:
    """Raise as `limits_of_reach`, and Forbidden("part_in_reach") where the reach leaves out any unit
    below: for what is done with the unit and all below it as one."""
    limits = limits_of_reach(session, actor, permission, unit, today)
    if limits is None:
        return
    below = unit_trees.subtree(unit.unit_id, unit.line_id, today)
    left_out = select(Unit.id).where(Unit.id.in_(below), Unit.id.not_in(limits))
    if session.scalar(left_out.limit(1)) is not None:
        raise Forbidden("part_in_reach")


def _reaches_all_below(
    session: Session, actor: Actor, permission: Permission, unit: UnitOnLine, today: date
) -> bool:
    """Whether a grant on the line reaches the unit and so all below it; a few steps up the tree.

    False says nothing: single units, or units by another line, may still be within reach.
    """
    if actor.person_id is None:
        return True
    if any(
        (each.unit_id, each.line_id) == (unit.unit_id, unit.line_id)
        for each in actor.over(permission)
    ):
        return True
    up = select(literal(unit.unit_id, BigId).label("unit_id")).cte("up", recursive=True)
    place = _PLACE
    up = up.union(
        select(place.parent_id)
        .join(up, place.child_id == up.c.unit_id)
        .where(place.line_id == unit.line_id, in_force(place, today))
    )
    held = select(Grant.id).where(
        Grant.person_id == actor.person_id,
        Grant.role.in_(sorted(ROLES[permission])),
        Grant.line_id == unit.line_id,
        Grant.unit_id.in_(select(up.c.unit_id)),
        in_force(Grant, today),
    )
    return session.scalar(held.limit(1)) is not None


def grants_of(session: Session, person_id: int, today: date) -> tuple[ActiveGrant, ...]:
    """The grants in force of a person."""
    rows = _GRANTS.rows(session, person_id=person_id, today=today)
    return tuple(ActiveGrant(Role(role), unit_id, line_id) for role, unit_id, line_id in rows)


_TODAY: Any = bindparam("today", type_=Date())


class _GrantRow(NamedTuple):
    role: str
    unit_id: int
    line_id: int | None


_GRANTS = Prepared(
    _GrantRow,
    lambda _: (
        select(Grant.role, Grant.unit_id, Grant.line_id)
        .where(Grant.person_id == bindparam("person_id", type_=BigId), in_force(Grant, _TODAY))
        .order_by(Grant.id)
    ),
)
