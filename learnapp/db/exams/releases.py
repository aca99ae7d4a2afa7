"""Named queries of setting marks free: whether they are, and what a release would show."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams.attempt_models import Attempt, Result
from learnapp.db.exams.models import ExamWindow, MarksRelease
from learnapp.domain.exams.exams import AttemptState


def is_released(session: Session, exam_id: int) -> bool:
    """Whether the marks of an exam were released by hand."""
    found = select(MarksRelease.id).where(MarksRelease.exam_id == exam_id)
    return session.scalar(found) is not None


def _handed_in(exam_id: int) -> Select[int]:
    return select(Attempt.id).where(
        Attempt.window_id.in_(select(ExamWindow.id).where(ExamWindow.exam_id == exam_id)),
        Attempt.state == AttemptState.SUBMITTED,
    )


def _count(session: Session, found: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(found.subquery())) or 0


def count_handed_in(session: Session, exam_id: int) -> int:
    """How many attempts of an exam were handed in."""
    return _count(session, _handed_in(exam_id))


def count_marked(session: Session, exam_id: int) -> int:
    """How many of those have a result."""
    has_result = exists().where(
        Result.attempt_id == Attempt.id, Result.number > Attempt.results_from
    )
    return _count(session, _handed_in(exam_id).where(has_result))
