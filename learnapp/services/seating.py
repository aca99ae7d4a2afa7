"""Before an exam: whom a batch is for, and who has further time from the start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams import Attempt, Exam, ExamWindow, ExtraTime, WindowPerson
from learnapp.db.facts import in_force
from learnapp.db.login_names import first_login
from learnapp.db.people import Membership, Person
from learnapp.db.scope import units_in_scope
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.own_case import refuse_own
from learnapp.domain.permissions import Actor, Permission
from learnapp.services import audit


def restrict(
    session: Session, actor: Actor, now: datetime, window: ExamWindow, people: Sequence[int]
) -> None:
    """Keep a window for these people (值班分批); for everybody again with none.

    Raises Conflict("window_begun") once somebody has started in it, Forbidden("own_case") when the
    actor is, or was, among the people it is kept for.
    """
    actor.must(Permission.EXAM_EDIT)
    kept = select(WindowPerson.person_id).where(WindowPerson.window_id == window.id)
    refuse_own(actor, *people, *session.scalars(kept))
    if session.scalar(select(Attempt.id).where(Attempt.window_id == window.id).limit(1)):
        raise Conflict("window_begun")
    session.execute(delete(WindowPerson).where(WindowPerson.window_id == window.id))
    session.add_all(WindowPerson(window_id=window.id, person_id=each) for each in people)
    about = ("exam", window.exam_id)
    audit.record(
        session, actor, now, "window.restricted", about, window=window.id, people=len(people)
    )


def batch_size(session: Session, window_id: int) -> int:
    """How many people a window is kept for; 0 when it is for everybody."""
    return (
        session.scalar(
            select(func.count()).select_from(WindowPerson).where(WindowPerson.window_id == window_id)
        )
        or 0
    )


def give_extra_time(
    session: Session,
    actor: Actor,
    now: datetime,
    exam_id: int,
    people: Sequence[int],
    seconds: int,
    reason: str,
) -> None:
    """Further time from the start in every attempt to come, with a reason; added, never taken back.

    Raises Forbidden("own_case") when the actor is among the people: then nobody gets any.
    """
    actor.must(Permission.ALLOWANCE_GRANT)
    reach = units_in_scope(actor, Permission.ALLOWANCE_GRANT, local_day(now))
    if session.scalar(select(Exam.id).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach))) is None:
        raise NotFound("exam_unknown")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if not people:
        raise RuleBroken("people", "name_needed")
    refuse_own(actor, *people)
    for person_id in people:
        session.add(
            ExtraTime(
                exam_id=exam_id,
                person_id=person_id,
                seconds=seconds,
                reason=reason.strip()[:400],
                recorded_at=now,
                recorded_by=actor.person_id,
            )
        )
        audit.record(
            session, actor, now, "person.allowed", ("person", person_id), exam=exam_id,
            seconds=seconds,
        )


def extra_times(
    session: Session, actor: Actor, now: datetime, exam_id: int
) -> list[tuple[str, str, int]]:
    """(name, login name, seconds) of those within reach who have further time in an exam, by
    pinyin; the reason stays with its giver."""
    day = local_day(now)
    reached = select(Membership.person_id).where(
        Membership.unit_id.in_(units_in_scope(actor, Permission.ATTEMPT_WATCH, day)),
        in_force(Membership, day),
    )
    rows = session.execute(
        select(Person.name, first_login(), func.sum(ExtraTime.seconds))
        .join(Person, Person.id == ExtraTime.person_id)
        .where(ExtraTime.exam_id == exam_id, ExtraTime.person_id.in_(reached))
        .group_by(Person.id, Person.name, Person.sort_key)
        .order_by(Person.sort_key, Person.id)
    )
    return [(name, login or "", int(seconds)) for name, login, seconds in rows]
