"""Named queries of exams in time: which are not over yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.attempts import extra_seconds
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.exams import deadline as deadlines
from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import AttemptState, Channel, ExamKind, WindowKind, WindowState

_WINDOW, _SITTING, _ITS_WINDOW = (
    lasting_alias(ExamWindow),
    lasting_alias(Attempt),
    lasting_alias(ExamWindow),
)
# 补学 comes after the exam; a sheet of paper is open until somebody enters it. Neither keeps an exam
# from being over.
_OF_THE_EXAM = (_WINDOW.kind != WindowKind.REMEDIAL) & (_WINDOW.state != WindowState.CANCELLED)
_ANSWERING = (
    _SITTING.state == AttemptState.OPEN,
    _SITTING.channel == Channel.ONLINE,
    _ITS_WINDOW.id == _SITTING.window_id,
    _ITS_WINDOW.kind != WindowKind.REMEDIAL,
)


def unfinished_exam_ids(now: datetime) -> Select[int]:
    """The exams, practice apart, that are not over: somebody may still be asked what they ask."""
    open_yet = select(_WINDOW.exam_id).where(_WINDOW.closes_at > now - GRACE, _OF_THE_EXAM)
    sitting = select(_SITTING.exam_id).where(*_ANSWERING)
    return select(Exam.id).where(
        Exam.kind != ExamKind.PRACTICE, Exam.id.in_(open_yet.union(sitting))
    )


def ran_out(session: Session, now: datetime) -> list[tuple[str, int]]:
    """(public id, person id) of the open attempts whose deadline and grace are over."""
    rows = session.execute(
        select(Attempt.public_id, Attempt.person_id, Attempt.base_deadline, extra_seconds)
        .where(
            Attempt.state == "open",
            Attempt.channel == "online",
            Attempt.base_deadline < now - GRACE,
        )
        .order_by(Attempt.id)
    )
    return [
        (public_id, person_id)
        for public_id, person_id, base, extra in rows
        if deadlines.ran_out(deadlines.deadline(base, extra), now)
    ]


def opening(session: Session, now: datetime) -> list[int]:
    """The windows whose time has come and that are not open yet, the first to open first."""
    found = session.scalars(
        select(ExamWindow.id)
        .where(ExamWindow.state == WindowState.PLANNED, ExamWindow.opens_at <= now)
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    )
    return list(found)


def closing(session: Session, now: datetime) -> list[int]:
    """The windows whose time is over and that are not closed yet, the first to close first."""
    found = session.scalars(
        select(ExamWindow.id)
        .where(
            ExamWindow.state.in_((WindowState.PLANNED, WindowState.OPEN)),
            ExamWindow.closes_at <= now,
        )
        .order_by(ExamWindow.closes_at, ExamWindow.id)
    )
    return list(found)
