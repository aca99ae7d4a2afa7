"""Before an exam: whom a batch is for, and who has further time from the start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, ExtraTime, WindowPerson
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission


def limit_to_people(caller: Caller, window: ExamWindow, people: Sequence[int]) -> None:
    """Keep a window for these people (值班分批); for everybody again with none.

    Raises Conflict("window_begun") once somebody has started in it, Forbidden("own_case") when the
    actor is, or was, among the people it is kept for.
    """
    session = caller.session
    caller.actor.must(Permission.EXAM_EDIT)
    kept = select(WindowPerson.person_id).where(WindowPerson.window_id == window.id)
    refuse_own(caller.actor, *people, *session.scalars(kept))
    if session.scalar(select(Attempt.id).where(Attempt.window_id == window.id).limit(1)):
        raise Conflict("window_begun")
    session.execute(delete(WindowPerson).where(WindowPerson.window_id == window.id))
    session.add_all(WindowPerson(window_id=window.id, person_id=each) for each in people)
    about = ("exam", window.exam_id)
    audit_log.record(caller, "window.restricted", about, window=window.id, people=len(people))


def batch_size(session: Session, window_id: int) -> int:
    """How many people a window is kept for; 0 when it is for everybody."""
    return (
        session.scalar(
            select(func.count())
            .select_from(WindowPerson)
            .where(WindowPerson.window_id == window_id)
        )
        or 0
    )


def give_extra_time(
    caller: Caller,
    exam_id: int,
    people: Sequence[int],
    seconds: int,
    reason: str,
) -> None:
    """Further time from the start in every attempt to come, with a reason.

    Raises Forbidden("own_case") when the actor is among the people: then nobody gets any.
    """
    actor = caller.actor
    actor.must(Permission.ALLOWANCE_GRANT)
    reach = units_in_scope(actor, Permission.ALLOWANCE_GRANT, local_day(caller.now))
    known = select(Exam.id).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach))
    if caller.session.scalar(known) is None:
        raise NotFound("exam_unknown")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if not people:
        raise RuleBroken("people", "name_needed")
    refuse_own(actor, *people)
    for person_id in people:
        caller.session.add(
            ExtraTime(
                exam_id=exam_id,
                person_id=person_id,
                seconds=seconds,
                reason=reason.strip()[:400],
                recorded_at=caller.now,
                recorded_by=actor.person_id,
            )
        )
        audit_log.record(
            caller,
            "person.allowed",
            ("person", person_id),
            exam=exam_id,
            seconds=seconds,
        )


def reduce_extra_time(
    caller: Caller,
    exam_id: int,
    person_id: int,
    seconds: int,
    reason: str,
) -> int:
    """Take back further time that a person has from the start, at most what there is; how much that
    was. What is open already keeps it. Raises NotFound, RuleBroken, Forbidden("own_case")."""
    session, actor = caller.session, caller.actor
    _hold(caller, exam_id)
    refuse_own(actor, person_id)
    if session.scalar(_within(actor, Permission.ALLOWANCE_GRANT, caller.now, person_id)) is None:
        raise NotFound("person_unknown")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    held = session.scalar(
        select(total(ExtraTime.seconds)).where(
            ExtraTime.exam_id == exam_id, ExtraTime.person_id == person_id
        )
    )
    taken = min(seconds, held or 0)
    if taken <= 0:
        raise Conflict("nothing_to_reduce")
    session.add(
        ExtraTime(
            exam_id=exam_id,
            person_id=person_id,
            seconds=-taken,
            reason=reason.strip()[:400],
            recorded_at=caller.now,
            recorded_by=actor.person_id,
        )
    )
    about = {"exam": exam_id, "seconds": taken}
    audit_log.record(caller, "person.reduced", ("person", person_id), **about)
    return taken


def _hold(caller: Caller, exam_id: int) -> None:
    """Lock an exam whose further time is changed. Raises NotFound for one that is not within reach."""
    caller.actor.must(Permission.ALLOWANCE_GRANT)
    reach = units_in_scope(caller.actor, Permission.ALLOWANCE_GRANT, local_day(caller.now))
    exam = caller.session.scalar(
        select(Exam.id).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach)).with_for_update()
    )
    if exam is None:
        raise NotFound("exam_unknown")


def _within(actor: Actor, permission: Permission, now: datetime, person_id: int) -> Select[int]:
    """The membership by which a person is within the actor's reach, if one is."""
    day = local_day(now)
    return (
        select(Membership.person_id)
        .where(
            Membership.person_id == person_id,
            Membership.unit_id.in_(units_in_scope(actor, permission, day)),
            in_force(Membership, day),
        )
        .limit(1)
    )


def extra_times(caller: Caller, exam_id: int) -> list[tuple[int, str, str, int]]:
    """(person id, name, login name, seconds) of those within reach who have further time in an exam,
    by pinyin; the reason stays with its giver."""
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
        (person_id, name, login or "", int(seconds)) for person_id, name, login, seconds in rows
    ]
