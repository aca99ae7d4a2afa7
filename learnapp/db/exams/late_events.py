"""Named queries of answer events that came too late to count and were not admitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Admission, AnswerEventRow, Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.answers import EventState
from learnapp.domain.exams.exams import AttemptState, Channel

_MOST = 200


@dataclass(frozen=True)
class LateEvent:
    """An event that came too late to count. What it answers is left out: admitting is blind."""

    attempt: str
    event_id: str
    person: str
    login_name: str
    question: int
    submitted_at: datetime
    received_at: datetime


def _late(caller: Caller) -> Select[Attempt, AnswerEventRow]:
    """Events of attempts within reach that came too late and were not admitted."""
    reach = units_in_scope(caller.actor, Permission.ANSWER_ADMIT, local_day(caller.now))
    admitted = select(Admission.event_id).where(
        Admission.attempt_id == AnswerEventRow.attempt_id,
        Admission.event_id == AnswerEventRow.event_id,
    )
    return (
        select(Attempt, AnswerEventRow)
        .join(AnswerEventRow, AnswerEventRow.attempt_id == Attempt.id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Exam.owner_unit_id.in_(reach),
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.channel == Channel.ONLINE,
            AnswerEventRow.state != EventState.HELD,
            ~admitted.exists(),
        )
    )


def late_in(caller: Caller, window_id: int) -> list[LateEvent]:
    """The late events of a window that would change an answer of somebody else, in the order they
    came; 200 at most."""
    rows = caller.session.execute(
        _late(caller)
        .join(Person, Person.id == Attempt.person_id)
        .add_columns(Person.name, first_login())
        .where(Attempt.window_id == window_id, Attempt.person_id != caller.actor.person_id)
        .order_by(AnswerEventRow.received_at, AnswerEventRow.event_id)
        .limit(_MOST)
    )
    return [
        LateEvent(
            attempt.public_id,
            event.event_id,
            name,
            login or "",
            event.question,
            attempt.submitted_at,
            event.received_at,
        )
        for attempt, event, name, login in rows
    ]


def late_event(caller: Caller, attempt_id: int, event_id: str) -> AnswerEventRow | None:
    """One late event of an attempt within reach; None for one that counts or is not there."""
    found = caller.session.execute(
        _late(caller).where(Attempt.id == attempt_id, AnswerEventRow.event_id == event_id)
    ).one_or_none()
    return None if found is None else found[1]
