"""Named queries of windows: with their exams, with what was begun in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow, WindowPerson
from learnapp.domain.exams.exams import WindowKind, WindowState


@dataclass(frozen=True)
class WindowOfExam:
    """A window with its exam."""

    exam: Exam
    window: ExamWindow


def cancelled_since(session: Session, since: datetime) -> list[WindowOfExam]:
    """The main windows that are cancelled and would have closed after an instant, by opening."""
    rows = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            ExamWindow.state == WindowState.CANCELLED,
            ExamWindow.closes_at > since,
            ExamWindow.kind == WindowKind.MAIN,
        )
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    ).all()
    return [WindowOfExam(exam, window) for exam, window in rows]


def is_begun(session: Session, window_id: int) -> bool:
    """Whether anybody has begun an attempt in a window, whatever became of it."""
    begun = select(Attempt.id).where(Attempt.window_id == window_id).limit(1)
    return session.scalar(begun) is not None


def batch_size(session: Session, window_id: int) -> int:
    """How many people a window is kept for; 0 when it is for everybody."""
    kept = select(func.count()).select_from(WindowPerson)
    return session.scalar(kept.where(WindowPerson.window_id == window_id)) or 0
