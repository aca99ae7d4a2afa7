"""Named queries of an exam's windows: when it is over, and who is still answering."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.base import BigId
from learnapp.db.exams import Attempt, Exam, ExamWindow, MarksRelease
from learnapp.db.prepared import Prepared
from learnapp.domain.answers import GRACE
from learnapp.domain.exams import AttemptState, Channel, ExamKind, WindowKind

_EXAM = bindparam("exam_id", type_=BigId)
_WINDOW, _SITTING, _ITS_WINDOW = aliased(ExamWindow), aliased(Attempt), aliased(ExamWindow)
# 补学 comes after the exam; a sheet of paper is open until somebody enters it. Neither keeps an exam
# from being over.
_OF_THE_EXAM = _WINDOW.kind != WindowKind.REMEDIAL
_ANSWERING = (
    _SITTING.state == AttemptState.OPEN,
    _SITTING.channel == Channel.ONLINE,
    _ITS_WINDOW.id == _SITTING.window_id,
    _ITS_WINDOW.kind != WindowKind.REMEDIAL,
)


def last_close(exam_id: Any) -> ScalarSelect[Any]:
    """When the last batch, make-up, retake or resit of an exam closes."""
    last = select(func.max(_WINDOW.closes_at)).where(_WINDOW.exam_id == exam_id, _OF_THE_EXAM)
    return last.scalar_subquery()


def answered_now(exam_id: Any) -> ColumnElement[bool]:
    """Whether somebody is still answering in one of those."""
    return exists().where(_SITTING.exam_id == exam_id, *_ANSWERING)


def going_on(now: datetime) -> Select[tuple[int]]:
    """The exams, practice apart, that are not over: somebody may still be asked what they ask."""
    open_yet = select(_WINDOW.exam_id).where(_WINDOW.closes_at > now - GRACE, _OF_THE_EXAM)
    sitting = select(_SITTING.exam_id).where(*_ANSWERING)
    return select(Exam.id).where(
        Exam.kind != ExamKind.PRACTICE, Exam.id.in_(open_yet.union(sitting))
    )


def is_over(session: Session, exam_id: int, now: datetime) -> bool:
    """Whether nobody can still be asked what an exam asks."""
    return session.scalar(going_on(now).where(Exam.id == exam_id)) is None


_OPENNESS = Prepared(
    lambda _: select(
        last_close(_EXAM).label("last_close"),
        select(func.max(_WINDOW.closes_at))
        .where(_WINDOW.exam_id == _EXAM, _WINDOW.kind == WindowKind.REMEDIAL)
        .scalar_subquery()
        .label("way_back_until"),
        select(func.max(MarksRelease.released_at))
        .where(MarksRelease.exam_id == _EXAM)
        .scalar_subquery()
        .label("released_at"),
        answered_now(_EXAM).label("someone_open"),
    )
)


def openness_of(session: Session, exam_id: int) -> Any:
    """When an exam's last window closes, until when its way back (补学) is open, when its marks were
    set free by hand, and whether somebody is still answering."""
    return _OPENNESS.rows(session, exam_id=exam_id)[0]
