"""Named queries of further time from the start: who has how much, who may get it from whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import ExtraTime
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


@dataclass(frozen=True)
class HasExtraTime:
    """A person with further time from the start of every attempt in an exam, in seconds."""

    person_id: int
    name: str
    login_name: str
    seconds: int


def given_in(caller: Caller, exam_id: int) -> list[HasExtraTime]:
    """Those within reach who have further time in an exam, by pinyin; the reason stays with its
    giver."""
    day = local_day(caller.now)
    reached = select(Membership.person_id).where(
        Membership.unit_id.in_(units_in_scope(caller.actor, Permission.ATTEMPT_WATCH, day)),
        in_force(Membership, day),
    )
    rows = caller.session.execute(
        select(Person.id, Person.name, first_login(), func.sum(ExtraTime.seconds))
        .join(Person, Person.id == ExtraTime.person_id)
        .where(ExtraTime.exam_id == exam_id, ExtraTime.person_id.in_(reached))
        .group_by(Person.id, Person.name, Person.sort_key)
        .having(func.sum(ExtraTime.seconds) > 0)
        .order_by(Person.sort_key, Person.id)
    )
    return [
        HasExtraTime(person_id, name, login or "", int(seconds))
        for person_id, name, login, seconds in rows
    ]


def seconds_of(session: Session, exam_id: int, person_id: int) -> int:
    """The further time that a person has in an exam, in seconds; 0 for none."""
    held = session.scalar(
        select(total(ExtraTime.seconds)).where(
            ExtraTime.exam_id == exam_id, ExtraTime.person_id == person_id
        )
    )
    return held or 0


def may_be_given(caller: Caller, person_id: int) -> bool:
    """Whether a membership puts the person within reach of the actor's right to give time."""
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.ALLOWANCE_GRANT, day)
    found = caller.session.scalar(
        select(Membership.person_id)
        .where(
            Membership.person_id == person_id,
            Membership.unit_id.in_(reach),
            in_force(Membership, day),
        )
        .limit(1)
    )
    return found is not None
