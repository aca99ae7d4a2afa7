"""Named queries of what is in a unit: who serves, what is below it, roles over it, what it owns, its deeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.db.core.base import Base
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.models import (
    Absence,
    Grant,
    Membership,
    Person,
    Placement,
    Unit,
    UnitDeed,
    UnitPosition,
)
from learnapp.domain.study.programme import AbsenceKind


def memberships_from(
    session: Session, unit_id: int, day: date, people: Collection[int] | None = None
) -> Sequence[Membership]:
    """The memberships in a unit that hold that day or later; of these people (None: of all)."""
    wanted = select(Membership).where(
        Membership.unit_id == unit_id,
        as_known(Membership),
        or_(Membership.valid_to.is_(None), Membership.valid_to > day),
    )
    if people is not None:
        wanted = wanted.where(one_of(Membership.person_id, people))
    return session.scalars(wanted.order_by(Membership.id)).all()


def memberships_as_made(session: Session, ids: Collection[int]) -> Sequence[Membership]:
    """Those of these memberships that nothing took the place of."""
    wanted = select(Membership).where(one_of(Membership.id, ids), as_known(Membership))
    return session.scalars(wanted.order_by(Membership.id)).all()


def serve_in(session: Session, unit_id: int, day: date) -> set[int]:
    """Who has a membership in the unit that day."""
    wanted = select(Membership.person_id).where(
        Membership.unit_id == unit_id, in_force(Membership, day)
    )
    return set(session.scalars(wanted))


class Below(NamedTuple):
    """A unit under another on a line."""

    line_id: int
    unit_id: int


def below_on(session: Session, unit_id: int, day: date) -> list[Below]:
    """The units under a unit that day on each line, those not put away."""
    rows = session.execute(
        select(Placement.line_id, Placement.child_id)
        .join(Unit, Unit.id == Placement.child_id)
        .where(Placement.parent_id == unit_id, in_force(Placement, day), Unit.retired_at.is_(None))
        .order_by(Placement.line_id, Unit.sort_key, Unit.id)
    )
    return [Below(*row) for row in rows]


def grants_over(session: Session, unit_id: int, day: date) -> Sequence[Grant]:
    """The roles over a unit that hold that day or later, of people who serve."""
    return session.scalars(
        select(Grant)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.unit_id == unit_id,
            as_known(Grant),
            or_(Grant.valid_to.is_(None), Grant.valid_to > day),
            Person.retired_at.is_(None),
        )
        .order_by(Grant.id)
    ).all()


def grants(session: Session, ids: Collection[int]) -> Sequence[Grant]:
    """These roles."""
    return session.scalars(select(Grant).where(one_of(Grant.id, ids)).order_by(Grant.id)).all()


def owned_by(session: Session, unit_id: int) -> dict[str, list[int]]:
    """What belongs to a unit (banks, readings, programmes, exams, files …): ids by table."""
    found = {}
    for name, table in sorted(Base.metadata.tables.items()):
        if "owner_unit_id" in table.c and "id" in table.c:
            wanted = select(table.c.id).where(table.c.owner_unit_id == unit_id)
            ids = list(session.scalars(wanted.order_by(table.c.id)))
            if ids:
                found[name] = ids
    return found


def give_owned(session: Session, owned: Mapping[str, Sequence[int]], owner: int, to: int) -> None:
    """Let what belongs to a unit, of these things, belong to another."""
    session.flush()
    for name, ids in owned.items():
        table = Base.metadata.tables[name]
        session.execute(
            update(table)
            .where(one_of(table.c.id, ids), table.c.owner_unit_id == owner)
            .values(owner_unit_id=to)
        )
    session.expire_all()


def deeds_of(session: Session, unit_id: int) -> Sequence[UnitDeed]:
    """What was done to a unit, or made of another into it, and not undone; the newest first."""
    later = aliased(UnitDeed)
    undone = select(later.id).where(later.supersedes_id == UnitDeed.id)
    return session.scalars(
        select(UnitDeed)
        .where(
            or_(UnitDeed.unit_id == unit_id, UnitDeed.other_id == unit_id),
            UnitDeed.supersedes_id.is_(None),
            ~undone.exists(),
        )
        .order_by(UnitDeed.id.desc())
    ).all()


def deed(session: Session, deed_id: int) -> UnitDeed | None:
    """What was done."""
    return session.get(UnitDeed, deed_id)


def is_undone(session: Session, deed_id: int) -> bool:
    """Whether it was undone."""
    wanted = select(UnitDeed.id).where(UnitDeed.supersedes_id == deed_id)
    return session.scalar(wanted) is not None


def position_of(session: Session, unit_id: int) -> int | None:
    """The unit's 建制序 as recorded last."""
    return session.scalar(
        select(UnitPosition.position)
        .where(UnitPosition.unit_id == unit_id)
        .order_by(UnitPosition.valid_from.desc(), UnitPosition.id.desc())
        .limit(1)
    )


def duty_days(
    session: Session, people: Collection[int], first: date, last: date
) -> dict[int, set[date]]:
    """The days between two, both included, on which each of these people is recorded on duty."""
    rows = session.execute(
        select(Absence.person_id, Absence.first_day, Absence.last_day).where(
            one_of(Absence.person_id, people),
            Absence.kind == AbsenceKind.DUTY,
            Absence.item_id.is_(None),
            Absence.cancelled.is_(False),
            Absence.first_day <= last,
            Absence.last_day >= first,
            as_known(Absence),
        )
    )
    found: dict[int, set[date]] = {}
    for person_id, begins, ends in rows:
        day, until = max(begins, first), min(ends, last)
        while day <= until:
            found.setdefault(person_id, set()).add(day)
            day += timedelta(days=1)
    return found


def absences_in_force(session: Session, ids: Collection[int]) -> Sequence[Absence]:
    """Those of these absences that were not cancelled or superseded."""
    wanted = select(Absence).where(
        one_of(Absence.id, ids), as_known(Absence), Absence.cancelled.is_(False)
    )
    return session.scalars(wanted.order_by(Absence.id)).all()
