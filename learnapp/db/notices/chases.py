"""Named queries of 提醒函 and 督办单: which are running, which concern a reader, who answers for a unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.notices.models import Chase
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Grant, Person
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Role
from learnapp.domain.notices.chases import ACTIVE_CHASES, ChaseKind, ChaseState


def answerable(session: Session, unit_id: int, day: date) -> list[tuple[int, str]]:
    """(id, name) of the heads and liaisons of a unit itself, heads first."""
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.unit_id == unit_id,
            Grant.role.in_([Role.UNIT_HEAD, Role.LIAISON]),
            in_force(Grant, day),
            Person.retired_at.is_(None),
        )
        .order_by(Grant.role.desc(), Person.sort_key, Person.id)
    )
    return list({row[0]: (row[0], row[1]) for row in rows}.values())


def answerable_above(session: Session, unit_id: int, line_id: int, now: datetime) -> list[int]:
    """The heads and liaisons of the nearest unit above one on a line that has any."""
    day = local_day(now)
    parents = unit_trees.parents_on(session, line_id, day)
    above = parents.get(unit_id)
    while above is not None:
        found = answerable(session, above, day)
        if found:
            return [person_id for person_id, _name in found]
        above = parents.get(above)
    return []


def newest_letter(session: Session, unit_id: int, stage_id: int) -> Chase | None:
    """The 提醒函 to a unit about a stage that was issued last and is not closed."""
    return session.scalar(
        select(Chase)
        .where(
            Chase.unit_id == unit_id,
            Chase.stage_id == stage_id,
            Chase.kind == ChaseKind.LETTER,
            Chase.state == ChaseState.ISSUED,
        )
        .order_by(Chase.id.desc())
        .limit(1)
    )


def active(session: Session, unit_id: int, stage_id: int, kind: ChaseKind) -> Chase | None:
    """The one to a unit about a stage that is drafted or issued."""
    return session.scalar(
        select(Chase).where(
            Chase.unit_id == unit_id,
            Chase.stage_id == stage_id,
            Chase.kind == kind,
            Chase.state.in_(ACTIVE_CHASES),
        )
    )


def issued(session: Session) -> Sequence[Chase]:
    """All that are issued and not closed, the first to fall due first."""
    wanted = select(Chase).where(Chase.state == ChaseState.ISSUED)
    return session.scalars(wanted.order_by(Chase.due_on, Chase.id)).all()


def seen_by(
    session: Session, reach: Select[int], person_id: int | None, page: tuple[int, int]
) -> Sequence[Chase]:
    """A page (limit, offset) of those to units within reach, and of those one answers for once they
    were issued: what runs first, by its day."""
    limit, offset = page
    running = Chase.state.in_(ACTIVE_CHASES)
    return session.scalars(
        select(Chase)
        .where(_concerns(reach, person_id))
        .order_by(running.desc(), Chase.due_on, Chase.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_seen_by(session: Session, reach: Select[int], person_id: int | None) -> int:
    """How many those are."""
    wanted = select(func.count()).select_from(Chase).where(_concerns(reach, person_id))
    return session.scalar(wanted) or 0


def one_seen_by(
    session: Session, reach: Select[int], person_id: int | None, chase_id: int
) -> Chase | None:
    """One of them."""
    wanted = select(Chase).where(Chase.id == chase_id, _concerns(reach, person_id))
    return session.scalar(wanted)


def _concerns(reach: Select[int], person_id: int | None) -> ColumnElement[bool]:
    own = (Chase.owner_id == person_id) & (Chase.issued_at.is_not(None))
    return or_(Chase.unit_id.in_(reach), own)


def count_orders(session: Session, reach: Select[int], since: datetime) -> int:
    """How many 督办单 were issued since then to units within reach."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Chase)
            .where(
                Chase.kind == ChaseKind.ORDER,
                Chase.issued_at >= since,
                Chase.unit_id.in_(reach),
            )
        )
        or 0
    )
