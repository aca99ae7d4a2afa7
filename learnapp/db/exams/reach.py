"""Exams, windows, attempts and blueprints loaded within the actor's grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
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


def window_in_reach(
    caller: Caller, window_id: int, permission: Permission
) -> tuple[Exam, ExamWindow]:
    """A window with its exam, if its owner is within the actor's grants. Raises Forbidden, NotFound."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    found = caller.session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(ExamWindow.id == window_id, Exam.owner_unit_id.in_(reach))
    ).one_or_none()
    if found is None:
        raise NotFound("window_unknown")
    exam, window = found
    return exam, window


@dataclass(frozen=True)
class AttemptInWindow:
    """An attempt with its exam and its window."""

    attempt: Attempt
    exam: Exam
    window: ExamWindow


def attempt_in_window(
    caller: Caller, public_id: str, permission: Permission, lock: bool
) -> AttemptInWindow:
    """The attempt with exam and window, if the exam's owner is within the actor's grants; never
    one's own. Raises Forbidden, NotFound, Forbidden("own_case")."""
    caller.actor.must(permission)
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    wanted = (
        select(Attempt, Exam, ExamWindow)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(Attempt.public_id == public_id, Exam.owner_unit_id.in_(reach))
    )
    found = caller.session.execute(
        wanted.with_for_update(of=Attempt) if lock else wanted
    ).one_or_none()
    if found is None:
        raise NotFound("attempt_unknown")
    attempt, exam, window = found
    refuse_own(caller.actor, attempt.person_id)
    return AttemptInWindow(attempt, exam, window)


def blueprint_in_reach(caller: Caller, blueprint_id: int) -> BlueprintRow:
    """A blueprint whose owner is within reach of who edits exams. Raises Forbidden, NotFound."""
    caller.actor.must(Permission.EXAM_EDIT)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, local_day(caller.now))
    row = caller.session.scalar(
        select(BlueprintRow).where(
            BlueprintRow.id == blueprint_id, BlueprintRow.owner_unit_id.in_(reach)
        )
    )
    if row is None:
        raise NotFound("blueprint_unknown")
    return row


def blueprints_in_reach(caller: Caller, bank_id: int | None = None) -> Sequence[BlueprintRow]:
    """The blueprints within reach of who edits exams, of a bank (None: of any), the newest first; 50
    at most. Raises Forbidden."""
    caller.actor.must(Permission.EXAM_EDIT)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, local_day(caller.now))
    wanted = select(BlueprintRow).where(BlueprintRow.owner_unit_id.in_(reach))
    if bank_id is not None:
        wanted = wanted.where(BlueprintRow.bank_id == bank_id)
    return caller.session.scalars(wanted.order_by(BlueprintRow.id.desc()).limit(50)).all()
