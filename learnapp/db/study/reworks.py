"""Named queries of 补课重做: those within reach, how much was done again, what a person has left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.core.waiting import Waiting
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study.models import Completion, Item, Withdrawal
from learnapp.db.study.rework_models import Rework, ReworkDone, ReworkDuty
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.rework import ReworkCounts


def _done() -> ColumnElement[bool]:
    """Condition on a duty beside its rework: read again, or done since by a session or on paper."""
    again = exists().where(
        ReworkDone.rework_id == ReworkDuty.rework_id,
        ReworkDone.person_id == ReworkDuty.person_id,
        ReworkDone.item_id == ReworkDuty.item_id,
    )
    withdrawn = exists().where(Withdrawal.completion_id == Completion.id)
    since = exists().where(
        Completion.person_id == ReworkDuty.person_id,
        Completion.item_id == ReworkDuty.item_id,
        Completion.channel.in_((Channel.SESSION, Channel.PAPER)),
        Completion.occurred_at >= Rework.recorded_at,
        ~withdrawn,
    )
    return or_(again, since)


def within(session: Session, reach: Select[int], page: tuple[int, int]) -> Sequence[Rework]:
    """A page (limit, offset) of the reworks of units within reach, the newest first."""
    limit, offset = page
    return session.scalars(
        select(Rework)
        .where(Rework.unit_id.in_(reach))
        .order_by(Rework.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_within(session: Session, reach: Select[int]) -> int:
    """How many there are."""
    wanted = select(func.count()).select_from(Rework).where(Rework.unit_id.in_(reach))
    return session.scalar(wanted) or 0


def one_within(session: Session, reach: Select[int], rework_id: int) -> Rework | None:
    """One of them."""
    return session.scalar(select(Rework).where(Rework.id == rework_id, Rework.unit_id.in_(reach)))


def counts_of(session: Session, rework_ids: Collection[int]) -> dict[int, ReworkCounts]:
    """Per rework how much it asks and how much was done again."""
    rows = session.execute(
        select(ReworkDuty.rework_id, func.count(), func.sum(case((_done(), 1), else_=0)))
        .join(Rework, Rework.id == ReworkDuty.rework_id)
        .where(one_of(ReworkDuty.rework_id, rework_ids))
        .group_by(ReworkDuty.rework_id)
    )
    return {rework_id: ReworkCounts(owed, int(done or 0)) for rework_id, owed, done in rows}


def items_of(session: Session, rework_id: int) -> list[tuple[str, ReworkCounts]]:
    """(title, counts) of each item of a rework."""
    rows = session.execute(
        select(Item.title, func.count(), func.sum(case((_done(), 1), else_=0)))
        .join(ReworkDuty, ReworkDuty.item_id == Item.id)
        .join(Rework, Rework.id == ReworkDuty.rework_id)
        .where(ReworkDuty.rework_id == rework_id)
        .group_by(Item.id, Item.title)
        .order_by(Item.id)
    )
    return [(title, ReworkCounts(owed, int(done or 0))) for title, owed, done in rows]


def people_left(session: Session, rework_id: int, limit: int) -> list[tuple[str, str, int]]:
    """(name, login name, how much is left) of who has not done all again, by pinyin."""
    rows = session.execute(
        select(Person.name, first_login(), func.count())
        .join(ReworkDuty, ReworkDuty.person_id == Person.id)
        .join(Rework, Rework.id == ReworkDuty.rework_id)
        .where(ReworkDuty.rework_id == rework_id, ~_done())
        .group_by(Person.id, Person.name, Person.sort_key)
        .order_by(Person.sort_key, Person.id)
        .limit(limit)
    )
    return [(name, login or "", left) for name, login, left in rows]


def asked_already(session: Session, item_ids: Collection[int]) -> set[tuple[int, int]]:
    """(person, item) of what a rework that was not taken back asks and nobody has done again yet."""
    rows = session.execute(
        select(ReworkDuty.person_id, ReworkDuty.item_id)
        .join(Rework, Rework.id == ReworkDuty.rework_id)
        .where(Rework.withdrawn_at.is_(None), one_of(ReworkDuty.item_id, item_ids), ~_done())
    )
    return {(person_id, item_id) for person_id, item_id in rows}


class OwnRework(NamedTuple):
    """An item that a person does again: of which rework, what it is, whether it is done."""

    rework: Rework
    item: Item
    done: bool


def _own(person_id: int) -> Select[Rework, Item, bool]:
    return (
        select(Rework, Item, _done())
        .join(ReworkDuty, ReworkDuty.rework_id == Rework.id)
        .join(Item, Item.id == ReworkDuty.item_id)
        .where(ReworkDuty.person_id == person_id, Rework.withdrawn_at.is_(None))
    )


def left_of(session: Session, person_id: int) -> list[OwnRework]:
    """What a person has not done again, the soonest due first."""
    wanted = _own(person_id).where(~_done()).order_by(Rework.due_on, Item.id)
    return [OwnRework(*row) for row in session.execute(wanted)]


def own(session: Session, person_id: int, rework_id: int, item_id: int) -> OwnRework | None:
    """One item of a rework that is asked of the person."""
    wanted = _own(person_id).where(Rework.id == rework_id, Item.id == item_id)
    row = session.execute(wanted).one_or_none()
    return None if row is None else OwnRework(*row)


def overdue(caller: Caller) -> Waiting:
    """How many reworks of units within reach have something left after their day."""
    today = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.REWORK_ORDER, today)
    left = exists().where(ReworkDuty.rework_id == Rework.id, ~_done())
    wanted = select(func.count()).where(
        Rework.unit_id.in_(reach), Rework.withdrawn_at.is_(None), Rework.due_on < today, left
    )
    return Waiting(caller.session.scalar(wanted.select_from(Rework)) or 0)
