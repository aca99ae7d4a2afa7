"""Late events: kept, told their state, not counted; a person may let one count, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Admission, AnswerEventRow, Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.answers import EventState
from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.services.exams import auto_marking


@dataclass(frozen=True)
class Late:
    """An event that came too late to count. What it answers is not told: admitting is blind."""

    attempt: str
    event_id: str
    person: str
    login_name: str
    question: int
    submitted_at: datetime
    received_at: datetime


def _late(actor: Actor, now: datetime) -> AnySelect:
    """Events of attempts within reach that came too late and were not admitted."""
    reach = units_in_scope(actor, Permission.ANSWER_ADMIT, local_day(now))
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


def late_in(caller: Caller, window_id: int) -> list[Late]:
    """The late events of a window that would change an answer, in the order they came."""
    rows = caller.session.execute(
        _late(caller.actor, caller.now)
        .join(Person, Person.id == Attempt.person_id)
        .add_columns(Person.name, first_login())
        .where(Attempt.window_id == window_id, Attempt.person_id != caller.actor.person_id)
        .order_by(AnswerEventRow.received_at, AnswerEventRow.event_id)
        .limit(200)
    )
    return [
        Late(
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


def _lock(caller: Caller, public_id: str) -> None:
    """Lock an attempt within reach that is not the actor's own."""
    reach = units_in_scope(caller.actor, Permission.ANSWER_ADMIT, local_day(caller.now))
    attempt = caller.session.scalar(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == public_id, Exam.owner_unit_id.in_(reach))
        .with_for_update(of=Attempt)
    )
    if attempt is None:
        raise NotFound("attempt_unknown")
    refuse_own(caller.actor, attempt.person_id)


def accept_late_answer(caller: Caller, public_id: str, event_id: str, reason: str) -> None:
    """Let a late event count, for all to see in the audit; its question is marked again.

    Raises NotFound outside the actor's reach, Forbidden("own_case") for their own attempt,
    RuleBroken without a reason, Conflict("not_late") for an event that counts already.
    """
    session, actor = caller.session, caller.actor
    actor.must(Permission.ANSWER_ADMIT)
    _lock(caller, public_id)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    found = session.execute(
        _late(actor, caller.now).where(
            Attempt.public_id == public_id, AnswerEventRow.event_id == event_id
        )
    ).one_or_none()
    if found is None:
        raise Conflict("not_late")
    attempt, event = found
    session.add(
        Admission(
            attempt_id=attempt.id,
            event_id=event_id,
            reason=reason.strip()[:400],
            recorded_at=caller.now,
            recorded_by=actor.person_id,
        )
    )
    session.flush()
    about = ("attempt", attempt.id)
    audit_log.record(caller, "event.admitted", about, question=event.question)
    auto_marking.mark_again(caller, attempt.id, event.question)
