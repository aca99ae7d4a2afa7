"""Named queries of what a week asked of people: done, tried, sent to them; and 督办单 of a programme."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learnapp.db.core.base import total
from learnapp.db.core.many import one_of
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.notices.models import Chase, Notice
from learnapp.db.study.models import CheckAnswer, Completion, Item
from learnapp.domain.exams.exams import Channel
from learnapp.domain.notices.chases import ChaseKind

_REMINDER = "reminder"
# Notices that answer what their person asked or said themselves.
_ANSWERS = ("feedback_answered", "report_answered")


@dataclass(frozen=True)
class WeekOfPeople:
    """Some people in a span of time, as known at an instant."""

    people: Collection[int]
    since: datetime
    until: datetime
    known_at: datetime

    def holds(self, column: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
        """Conditions: an instant lies in the span."""
        return [column >= self.since, column < self.until]


class Times(NamedTuple):
    """How often something was done on a device, and elsewhere."""

    thing_id: int
    on_device: int
    elsewhere: int


def portions_done(session: Session, week: WeekOfPeople, items: Collection[int]) -> list[Times]:
    """Per item how often it was completed in the week."""
    online = func.count(case((Completion.channel == Channel.ONLINE, 1)))
    rows = session.execute(
        select(Completion.item_id, online, func.count() - online)
        .where(
            one_of(Completion.person_id, week.people),
            one_of(Completion.item_id, items),
            *week.holds(Completion.occurred_at),
            Completion.recorded_at <= week.known_at,
        )
        .group_by(Completion.item_id)
    )
    return [Times(*row) for row in rows]


def exams_handed_in(session: Session, week: WeekOfPeople, exams: Collection[int]) -> list[Times]:
    """Per exam how many attempts were handed in in the week, further tries too."""
    online = func.count(case((Attempt.channel == Channel.ONLINE, 1)))
    rows = session.execute(
        select(Attempt.exam_id, online, func.count() - online)
        .where(
            one_of(Attempt.person_id, week.people),
            one_of(Attempt.exam_id, exams),
            *week.holds(Attempt.submitted_at),
        )
        .group_by(Attempt.exam_id)
    )
    return [Times(*row) for row in rows]


def wrong_tries(session: Session, week: WeekOfPeople, items: Collection[int]) -> int:
    """How many answers to the check questions of these items were wrong."""
    portions = select(Item.portion_id).where(one_of(Item.id, items))
    found = select(func.count()).where(
        one_of(CheckAnswer.person_id, week.people),
        *week.holds(CheckAnswer.recorded_at),
        CheckAnswer.right.is_(False),
        CheckAnswer.portion_id.in_(portions),
    )
    return session.scalar(found) or 0


def notices_sent(session: Session, week: WeekOfPeople) -> tuple[int, int]:
    """How many notices they were sent that answer nothing of their own, and reminders among them."""
    reminders = total(case((Notice.code == _REMINDER, 1), else_=0))
    row = session.execute(
        select(func.count(), reminders).where(
            one_of(Notice.person_id, week.people),
            *week.holds(Notice.recorded_at),
            Notice.code.not_in(_ANSWERS),
        )
    ).one()
    return row[0], row[1]


def orders_issued(
    session: Session, stages: Collection[int], since: datetime
) -> list[tuple[datetime, int]]:
    """(issued at, unit) of the 督办单 about these stages, by their identity, since then."""
    rows = session.execute(
        select(Chase.issued_at, Chase.unit_id)
        .where(
            one_of(Chase.stage_id, stages),
            Chase.kind == ChaseKind.ORDER,
            Chase.issued_at >= since,
        )
        .order_by(Chase.issued_at)
    )
    return [(at, unit_id) for at, unit_id in rows if at is not None]
