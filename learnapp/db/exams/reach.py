"""An exam or an attempt loaded within the actor's grants."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission


def exam_in_reach(caller: Caller, exam_id: int, permission: Permission, lock: bool = False) -> Exam:
    """The exam, if its owner is within the actor's grants. Raises Forbidden, NotFound."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    wanted = select(Exam).where(Exam.id == exam_id, Exam.owner_unit_id.in_(reach))
    exam = caller.session.scalar(wanted.with_for_update() if lock else wanted)
    if exam is None:
        raise NotFound("exam_unknown")
    return exam


def lock_attempt(caller: Caller, public_id: str, permission: Permission) -> Attempt:
    """The attempt, if its exam's owner is within the actor's grants; locked, never one's own.

    Raises Forbidden, NotFound, Forbidden("own_case").
    """
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    attempt = caller.session.scalar(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == public_id, Exam.owner_unit_id.in_(reach))
        .with_for_update(of=Attempt)
    )
    if attempt is None:
        raise NotFound("attempt_unknown")
    refuse_own(caller.actor, attempt.person_id)
    return attempt
