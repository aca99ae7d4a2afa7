"""Completions of very many people at once, for places that are made up: nobody is counted again here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import Session

from learnapp.db.core.base import Document, Instant
from learnapp.db.core.bulk import table_of
from learnapp.db.people.models import Person
from learnapp.db.study.models import Completion, Item, Requirement
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.programme import ItemKind

_SOURCE = "demo"


class SomeOf100(NamedTuple):
    """So many of a hundred people; with another number others of them."""

    share: int
    number: int


def portions_before(session: Session, stage_id: int, today: date) -> list[tuple[int, date]]:
    """(item, day) of the portions that a stage planned before today, in plan order."""
    rows = session.execute(
        select(Requirement.item_id, Requirement.plan_day)
        .join(Item, Item.id == Requirement.item_id)
        .where(
            Requirement.stage_id == stage_id,
            Requirement.plan_day < today,
            Item.kind == ItemKind.PORTION,
        )
        .order_by(Requirement.plan_day, Requirement.id)
    )
    return [(item_id, day) for item_id, day in rows]


def insert(
    session: Session, item_id: int, at: datetime, people: tuple[int, int], some: SomeOf100
) -> None:
    """Record that some of the people between two ids completed an item at one time."""
    person, instant = table_of(Person).c.id, literal(at, Instant())
    values: dict[str, ColumnElement[Any]] = {
        "person_id": person,
        "item_id": literal(item_id),
        "channel": literal(str(Channel.ONLINE)),
        "evidence": literal({}, Document),
        "source": literal(_SOURCE),
        "occurred_at": instant,
        "recorded_at": instant,
    }
    chosen = select(*values.values()).where(
        person.between(*people), (person * 7919 + some.number * 104_729) % 100 < some.share
    )
    session.execute(insert_into(table_of(Completion)).from_select(list(values), chosen))
