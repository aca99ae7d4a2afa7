"""Before an exam: whom a batch is for, and who has further time from the start."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from learnapp.db.core.caller import Caller
from learnapp.db.exams import extra_times, windows
from learnapp.db.exams.models import ExamWindow, ExtraTime, WindowPerson
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.exams.roll import batch_of
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission


def limit_to_people(caller: Caller, window: ExamWindow, people: Sequence[int]) -> None:
    """Keep a window for these people (值班分批); for everybody again with none.

    Raises Conflict("window_begun") once somebody has started in it, Forbidden("own_case") when the
    actor is, or was, among the people it is reserved for.
    """
    session = caller.session
    caller.actor.must(Permission.EXAM_EDIT)
    refuse_own(caller.actor, *people, *(batch_of(session, window.id) or ()))
    if windows.is_begun(session, window.id):
        raise Conflict("window_begun")
    session.execute(delete(WindowPerson).where(WindowPerson.window_id == window.id))
    session.add_all(WindowPerson(window_id=window.id, person_id=each) for each in people)
    about = ("exam", window.exam_id)
    audit_log.record(caller, "window.restricted", about, window=window.id, people=len(people))


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
    exam_in_reach(caller, exam_id, Permission.ALLOWANCE_GRANT)
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
                reason=reason.strip()[: lengths.LINE],
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
    exam_in_reach(caller, exam_id, Permission.ALLOWANCE_GRANT, lock=True)
    refuse_own(actor, person_id)
    if not extra_times.may_be_given(caller, person_id):
        raise NotFound("person_unknown")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    taken = min(seconds, extra_times.seconds_of(session, exam_id, person_id))
    if taken <= 0:
        raise Conflict("nothing_to_reduce")
    session.add(
        ExtraTime(
            exam_id=exam_id,
            person_id=person_id,
            seconds=-taken,
            reason=reason.strip()[: lengths.LINE],
            recorded_at=caller.now,
            recorded_by=actor.person_id,
        )
    )
    about = {"exam": exam_id, "seconds": taken}
    audit_log.record(caller, "person.reduced", ("person", person_id), **about)
    return taken
