"""Named queries of 自选动作: what is offered to a person, what units offer, how many have done it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people.memberships import serving
from learnapp.db.people.models import Membership, Placement, Unit
from learnapp.db.study.elective_models import UnitElective
from learnapp.db.study.models import (
    Completion,
    Item,
    Portion,
    Reading,
    ReadingVersion,
    Withdrawal,
)
from learnapp.db.study.session_models import SessionItem, StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.exams import WindowState
from learnapp.domain.study.programme import ItemKind
from learnapp.domain.study.unit_electives import Offer

_PLACE = lasting_alias(Placement)
_DAY: Any = bindparam("day", type_=Date())
_AS_OF: Any = bindparam("as_of", type_=Instant())
_PERSON = bindparam("person_id", type_=BigId)


class _OfferRow(NamedTuple):
    elective_id: int
    unit_id: int
    unit: str
    reading_id: int | None
    item_id: int | None
    first_day: date
    last_day: date
    starts_at: datetime | None
    place: str | None


def _offers(_: Any) -> AnySelect:
    """What the units in which the person counts, and those above them, offer on a day."""
    up = (
        select(Membership.unit_id, Membership.line_id)
        .where(
            Membership.person_id == _PERSON,
            Membership.counts.is_(True),
            in_force(Membership, _DAY),
            serving(Membership.person_id, _AS_OF),
        )
        .cte("offered_by", recursive=True)
    )
    step = (
        select(_PLACE.parent_id, up.c.line_id)
        .join(up, and_(_PLACE.child_id == up.c.unit_id, _PLACE.line_id == up.c.line_id))
        .where(_PLACE.parent_id.is_not(None), in_force(_PLACE, _DAY))
    )
    up = up.union(step)
    return (
        select(
            UnitElective.id.label("elective_id"),
            UnitElective.unit_id,
            Unit.name.label("unit"),
            UnitElective.reading_id,
            UnitElective.item_id,
            UnitElective.first_day,
            UnitElective.last_day,
            StudySession.starts_at,
            StudySession.place,
        )
        .join(
            up,
            and_(UnitElective.unit_id == up.c.unit_id, UnitElective.line_id == up.c.line_id),
        )
        .join(Unit, Unit.id == UnitElective.unit_id)
        .outerjoin(StudySession, StudySession.id == UnitElective.session_id)
        .where(_holds_on(_DAY, _AS_OF))
        .order_by(UnitElective.id)
    )


def _holds_on(day: Any, now: Any) -> ColumnElement[bool]:
    """Not taken out, and not over: an exam lasts as long as one of its windows."""
    open_window = (
        select(ExamWindow.id)
        .join(Item, Item.exam_id == ExamWindow.exam_id)
        .where(
            Item.id == UnitElective.item_id,
            ExamWindow.state != WindowState.CANCELLED,
            ExamWindow.closes_at > now,
        )
    )
    over = and_(UnitElective.last_day < day, ~open_window.exists())
    return and_(UnitElective.ended_at.is_(None), ~over)


_OFFERS = Prepared(_OfferRow, _offers)


def offers_to(session: Session, person_id: int, now: datetime) -> list[Offer]:
    """Each item that a unit of the person offers them now. One statement where nothing is offered."""
    rows = _OFFERS.rows(session, person_id=person_id, day=local_day(now), as_of=now)
    portions = _items_of_readings(session, {row.reading_id for row in rows if row.reading_id})
    return [
        Offer(
            row.elective_id,
            item_id,
            row.unit_id,
            row.unit,
            row.first_day,
            row.last_day,
            row.starts_at,
            row.place or "",
        )
        for row in rows
        for item_id in ([row.item_id] if row.item_id else portions.get(row.reading_id or 0, []))
    ]


def _items_of_readings(session: Session, readings: Collection[int]) -> dict[int, list[int]]:
    """The items of each reading's portions, in order; none of one that was put away."""
    if not readings:
        return {}
    rows = session.execute(
        select(Portion.reading_id, Item.id)
        .join(Item, Item.portion_id == Portion.id)
        .join(Reading, Reading.id == Portion.reading_id)
        .where(one_of(Portion.reading_id, readings), Reading.retired_at.is_(None))
        .order_by(Portion.reading_id, Portion.ordinal)
    )
    found: dict[int, list[int]] = {}
    for reading_id, item_id in rows:
        found.setdefault(reading_id, []).append(item_id)
    return found


def done_by(session: Session, person_id: int, items: Collection[int]) -> set[int]:
    """Those of the items that the person has completed and nobody withdrew."""
    rows = session.scalars(
        select(Completion.item_id).where(
            Completion.person_id == person_id, one_of(Completion.item_id, items), stands()
        )
    )
    return set(rows)


def stands() -> ColumnElement[bool]:
    """Condition on a completion: nobody withdrew it."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    return ~withdrawn.exists()


def exam_is_offered(session: Session, person_id: int, exam_id: int, now: datetime) -> bool:
    """Whether a unit of the person offers them an exam."""
    items = {each.item_id for each in offers_to(session, person_id, now)}
    return bool(items) and session.scalar(
        select(Item.id).where(Item.exam_id == exam_id, one_of(Item.id, items))
    ) is not None  # fmt: skip


def item_of_exam(session: Session, exam_id: int) -> int:
    """The item that an exam is completed by."""
    return session.scalars(select(Item.id).where(Item.exam_id == exam_id)).one()


def item_of_session(session: Session, session_id: int) -> int | None:
    """The item that being there completes; None before the session was offered anywhere."""
    return session.scalar(
        select(Item.id)
        .join(SessionItem, SessionItem.item_id == Item.id)
        .where(SessionItem.session_id == session_id, Item.kind == ItemKind.ACTIVITY)
    )


def offered_now(
    session: Session, unit_id: int, line_id: int, reading_id: int | None, item_id: int | None
) -> UnitElective | None:
    """What the unit offers of a thing already."""
    same = (
        UnitElective.reading_id == reading_id
        if reading_id is not None
        else UnitElective.item_id == item_id
    )
    return session.scalar(
        select(UnitElective).where(
            UnitElective.unit_id == unit_id,
            UnitElective.line_id == line_id,
            same,
            UnitElective.ended_at.is_(None),
        )
    )


def one_within(session: Session, reach: Select[int], elective_id: int) -> UnitElective | None:
    """An elective of a unit within reach."""
    return session.scalar(
        select(UnitElective).where(UnitElective.id == elective_id, UnitElective.unit_id.in_(reach))
    )


@dataclass(frozen=True)
class ElectiveRow:
    """An elective with its unit and what it is called."""

    row: UnitElective
    unit: str
    title: str


def within(session: Session, units: Select[int], limit: int, offset: int) -> list[ElectiveRow]:
    """A page of the electives of these units that were not taken out, the newest first."""
    newest = (
        select(ReadingVersion.title)
        .where(ReadingVersion.reading_id == UnitElective.reading_id)
        .order_by(ReadingVersion.number.desc())
        .limit(1)
        .correlate(UnitElective)
        .scalar_subquery()
    )
    rows = session.execute(
        select(UnitElective, Unit.name, func.coalesce(Item.title, newest))
        .join(Unit, Unit.id == UnitElective.unit_id)
        .outerjoin(Item, Item.id == UnitElective.item_id)
        .where(UnitElective.unit_id.in_(units), UnitElective.ended_at.is_(None))
        .order_by(UnitElective.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [ElectiveRow(*row) for row in rows]


def count_within(session: Session, units: Select[int]) -> int:
    """How many there are."""
    found = select(func.count()).where(
        UnitElective.unit_id.in_(units), UnitElective.ended_at.is_(None)
    )
    return session.scalar(found) or 0


def units_among(session: Session, units: Collection[int], reach: Select[int]) -> set[int]:
    """Those of these units that are within reach."""
    return set(session.scalars(select(Unit.id).where(one_of(Unit.id, units), Unit.id.in_(reach))))
