"""Named queries of an exam's windows: when it is over, and who is still answering."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.db.base import BigId
from learnapp.db.exams import Attempt, ExamWindow, MarksRelease
from learnapp.db.prepared import Prepared
from learnapp.domain.exams import Channel, WindowKind

_EXAM = bindparam("exam_id", type_=BigId)
_OPENNESS = Prepared(
    lambda _: select(
        select(func.max(ExamWindow.closes_at))
        .where(ExamWindow.exam_id == _EXAM, ExamWindow.kind != WindowKind.REMEDIAL)
        .scalar_subquery()
        .label("last_close"),
        select(func.max(ExamWindow.closes_at))
        .where(ExamWindow.exam_id == _EXAM, ExamWindow.kind == WindowKind.REMEDIAL)
        .scalar_subquery()
        .label("way_back_until"),
        select(func.max(MarksRelease.released_at))
        .where(MarksRelease.exam_id == _EXAM)
        .scalar_subquery()
        .label("released_at"),
        select(Attempt.id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(
            Attempt.exam_id == _EXAM,
            Attempt.state == "open",
            Attempt.channel == Channel.ONLINE,
            ExamWindow.kind != WindowKind.REMEDIAL,
        )
        .limit(1)
        .scalar_subquery()
        .label("someone_open"),
    )
)


def openness_of(session: Session, exam_id: int) -> Any:
    """When an exam's last window closes, until when its way back (补学) is open, when its marks were
    set free by hand, and whether somebody is still answering; the way back apart, which comes after
    the exam, and sheets of paper, which are open until somebody enters them."""
    return _OPENNESS.rows(session, exam_id=exam_id)[0]
