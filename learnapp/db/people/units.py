"""Named queries of units: the tree of a line with members and heads, one unit over time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.login_names import first_login
from learnapp.db.people.memberships import serving
from learnapp.db.people.models import (
    AuthorityLine,
    Grant,
    Membership,
    Person,
    Placement,
    Unit,
    UnitName,
)

_MANY = 500


def lines(session: Session) -> Sequence[AuthorityLine]:
    """All lines, the default one first."""
    return session.scalars(
        select(AuthorityLine).order_by(AuthorityLine.is_default.desc(), AuthorityLine.id)
    ).all()


def line_of(session: Session, line_id: int) -> AuthorityLine | None:
    """A line."""
    return session.get(AuthorityLine, line_id)


def units_within(session: Session, reach: Select[int]) -> Sequence[Unit]:
    """The units within reach, those put away too."""
    return session.scalars(select(Unit).where(Unit.id.in_(reach)).order_by(Unit.id)).all()


def open_units_within(session: Session, reach: Select[int]) -> Sequence[Unit]:
    """The units within reach that are not put away."""
    return session.scalars(
        select(Unit).where(Unit.id.in_(reach), Unit.retired_at.is_(None)).order_by(Unit.id)
    ).all()


def every_unit(session: Session) -> Sequence[Unit]:
    """All units, those put away too, regardless of anybody's reach."""
    return session.scalars(select(Unit).order_by(Unit.id)).all()


def topmost_unit(session: Session) -> int | None:
    """The unit of the highest level, the oldest of several; None before set-up."""
    return session.scalar(select(Unit.id).order_by(Unit.level, Unit.id).limit(1))


def units_named(session: Session, name: str, most: int) -> Sequence[Unit]:
    """Units of exactly this name, those put away too, at most so many."""
    return session.scalars(select(Unit).where(Unit.name == name).limit(most)).all()


def members_by_unit(
    session: Session, within: Collection[int] | Select[int], day: date, now: datetime
) -> dict[int, int]:
    """How many people serve in each unit that day, whether or not they count there."""
    rows = session.execute(
        select(Membership.unit_id, func.count(Membership.person_id.distinct()))
        .where(
            Membership.unit_id.in_(within),
            in_force(Membership, day),
            serving(Membership.person_id, now),
        )
        .group_by(Membership.unit_id)
    )
    return {unit_id: count for unit_id, count in rows}


@dataclass(frozen=True)
class UnitHead:
    """Who heads a unit or is its liaison."""

    unit_id: int
    person_id: int
    name: str
    login_name: str
    role: str


def heads_within(
    session: Session, within: Collection[int] | Select[int], day: date
) -> list[UnitHead]:
    """Who heads each of these units or is its liaison that day, unit by unit."""
    rows = session.execute(
        select(Grant.unit_id, Person.id, Person.name, first_login().label("login"), Grant.role)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.unit_id.in_(within),
            Grant.role.in_(("unit_head", "liaison")),
            in_force(Grant, day),
            Person.retired_at.is_(None),
        )
        .order_by(Grant.unit_id, Grant.role.desc(), Person.sort_key, Person.id)
    )
    return [
        UnitHead(unit_id, person_id, name, login or "", role)
        for unit_id, person_id, name, login, role in rows
    ]


@dataclass(frozen=True)
class PlaceOnLine:
    """A line, and a unit's placement on it; None: it has none."""

    line: AuthorityLine
    placement: Placement | None


def places_of(session: Session, unit_id: int, day: date) -> list[PlaceOnLine]:
    """The unit's placements that day on every line, the default line first."""
    rows = session.execute(
        select(AuthorityLine, Placement)
        .outerjoin(
            Placement,
            (Placement.line_id == AuthorityLine.id)
            & (Placement.child_id == unit_id)
            & in_force(Placement, day),
        )
        .order_by(AuthorityLine.is_default.desc(), AuthorityLine.id)
    )
    return [PlaceOnLine(*row) for row in rows]


def placement_of(session: Session, unit_id: int, line_id: int, day: date) -> Placement | None:
    """Return the unit's placement on a line that day; None without one."""
    return session.scalar(
        select(Placement).where(
            Placement.line_id == line_id,
            Placement.child_id == unit_id,
            in_force(Placement, day),
        )
    )


def placed_later(session: Session, unit_id: int, line_id: int, day: date) -> bool:
    """Whether a placement of the unit on the line begins after that day."""
    later = select(Placement.id).where(
        Placement.child_id == unit_id,
        Placement.line_id == line_id,
        Placement.valid_from > day,
        as_known(Placement),
    )
    return session.scalar(later.limit(1)) is not None


def children_of(session: Session, unit_id: int, day: date) -> list[int]:
    """The units that are placed under the unit that day on any line and not put away."""
    found = session.scalars(
        select(Unit.id)
        .join(Placement, Placement.child_id == Unit.id)
        .where(Placement.parent_id == unit_id, in_force(Placement, day), Unit.retired_at.is_(None))
        .order_by(Unit.sort_key, Unit.id)
    )
    return list(dict.fromkeys(found))


def siblings_named(session: Session, parent_id: int, line_id: int, name: str, day: date) -> bool:
    """Whether a unit of that name is placed under the parent already."""
    found = (
        select(Unit.id)
        .join(Placement, Placement.child_id == Unit.id)
        .where(
            Placement.parent_id == parent_id,
            Placement.line_id == line_id,
            in_force(Placement, day),
            Unit.name == name,
            Unit.retired_at.is_(None),
        )
    )
    return session.scalar(found.limit(1)) is not None


def names_of(session: Session, unit_id: int) -> Sequence[UnitName]:
    """The names recorded of a unit, in the order of the days from which they hold."""
    return session.scalars(
        select(UnitName)
        .where(UnitName.unit_id == unit_id)
        .order_by(UnitName.valid_from, UnitName.id)
    ).all()


def members_of(
    session: Session, units: Collection[int] | Select[int], line_id: int, day: date
) -> list[int]:
    """Who counts in the units on the line that day."""
    return list(
        session.scalars(
            select(Membership.person_id)
            .where(
                Membership.unit_id.in_(units),
                Membership.line_id == line_id,
                Membership.counts.is_(True),
                in_force(Membership, day),
            )
            .distinct()
        )
    )


def in_use(session: Session, unit_id: int, day: date, now: datetime) -> str | None:
    """What prevents a unit from being put away: members, units below or roles; None: nothing."""
    member = select(Membership.id).where(
        Membership.unit_id == unit_id,
        as_known(Membership),
        Membership.valid_to.is_(None) | (Membership.valid_to > day),
        serving(Membership.person_id, now),
    )
    child = (
        select(Placement.id)
        .join(Unit, Unit.id == Placement.child_id)
        .where(Placement.parent_id == unit_id, in_force(Placement, day), Unit.retired_at.is_(None))
    )
    grant = select(Grant.id).where(
        Grant.unit_id == unit_id,
        as_known(Grant),
        Grant.valid_to.is_(None) | (Grant.valid_to > day),
    )
    for code, wanted in (
        ("unit_has_members", member),
        ("unit_has_children", child),
        ("unit_has_roles", grant),
    ):
        if session.scalar(wanted.limit(1)) is not None:
            return code
    return None
