"""Named queries of the feedback box: what people say, and what is still to be answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.core.waiting import Waiting
from learnapp.db.operations.models import Feedback
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def unit_of(session: Session, caller: Caller) -> int | None:
    """The unit in which the actor counts today, on any line; None for who serves nowhere."""
    return session.scalar(
        select(Membership.unit_id)
        .where(
            Membership.person_id == caller.actor.own_id(),
            in_force(Membership, local_day(caller.now)),
        )
        .order_by(Membership.counts.desc(), Membership.id)
        .limit(1)
    )


def written_by(session: Session, person_id: int) -> Sequence[Feedback]:
    """What a person said, the newest first."""
    return session.scalars(
        select(Feedback).where(Feedback.person_id == person_id).order_by(Feedback.id.desc())
    ).all()


def _within(caller: Caller) -> ColumnElement[bool]:
    """Condition: said in a unit within reach."""
    reach = units_in_scope(caller.actor, Permission.ABSENCE_RECORD, local_day(caller.now))
    return Feedback.unit_id.in_(reach)


def _by_others(caller: Caller) -> ColumnElement[bool]:
    return Feedback.person_id != (caller.actor.person_id or 0)


def open_within(caller: Caller, most: int) -> list[tuple[Feedback, str]]:
    """(item, name) of what the actor may answer and nobody has, the oldest first."""
    rows = caller.session.execute(
        select(Feedback, Person.name)
        .join(Person, Person.id == Feedback.person_id)
        .where(Feedback.answered_at.is_(None), _within(caller), _by_others(caller))
        .order_by(Feedback.id)
        .limit(most)
    )
    return [(item, name) for item, name in rows]


def count_open(caller: Caller) -> Waiting:
    """How many items wait for an answer by the actor."""
    wanted = select(func.count()).where(
        Feedback.answered_at.is_(None), _within(caller), _by_others(caller)
    )
    return Waiting(caller.session.scalar(wanted.select_from(Feedback)) or 0)


def item_within(caller: Caller, item_id: int) -> Feedback | None:
    """An item within reach, locked; None for one that is not."""
    return caller.session.scalar(
        select(Feedback)
        .where(Feedback.id == item_id, _within(caller))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
