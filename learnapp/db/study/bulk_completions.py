"""Completions of many people in one statement each, by a rule over their ids: for a large demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.orm import Session

from learnapp.db.core.bulk import table_of
from learnapp.db.people.models import Person
from learnapp.db.study.models import Completion, Item, Requirement
from learnapp.domain.exams.exams import Channel
from learnapp.domain.study.programme import ItemKind

_GROUPS = 10  # that differ in how many have read
_FEWER = 4  # of a hundred in each further group


@dataclass(frozen=True)
class Readers:
    """People by consecutive ids, in groups of so many, of whom `of_100` of a hundred have read in the
    first group and fewer in each other; `turn` makes it others for each item."""

    first: int
    last: int
    of_group: int
    of_100: int
    turn: int

    def condition(self) -> list[ColumnElement[bool]]:
        """Who of all people has read."""
        person = table_of(Person).c.id
        place = person - self.first
        group = (place // self.of_group) % _GROUPS
        return [
            person.between(self.first, self.last),
            (place * 7919 + self.turn * 104_729) % 100 < self.of_100 - group * _FEWER,
        ]


def portions_before(session: Session, stage_id: int, day: date) -> Sequence[tuple[int, date]]:
    """(item, day) of each portion that a stage planned before a day, in their order."""
    rows = session.execute(
        select(Requirement.item_id, Requirement.plan_day)
        .join(Item, Item.id == Requirement.item_id)
        .where(
            Requirement.stage_id == stage_id,
            Requirement.plan_day < day,
            Item.kind == ItemKind.PORTION,
        )
        .order_by(Requirement.plan_day, Requirement.id)
    )
    return [(item_id, planned) for item_id, planned in rows]


def complete_by_many(session: Session, item_id: int, at: datetime, readers: Readers) -> None:
    """Let the readers complete an item at an instant, with no evidence but the demonstration."""
    table = table_of(Completion)
    given: dict[str, Any] = {
        "item_id": item_id,
        "channel": str(Channel.ONLINE),
        "evidence": {},
        "source": "demo",
        "occurred_at": at,
        "recorded_at": at,
    }
    values: dict[str, ColumnElement[Any]] = {"person_id": table_of(Person).c.id}
    values |= {name: literal(value, table.c[name].type) for name, value in given.items()}
    chosen = select(*values.values()).where(*readers.condition())
    session.execute(insert(table).from_select(list(values), chosen))
