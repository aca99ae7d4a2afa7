"""Named queries of scheduled work for windows: what is still to be done before they open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from learnapp.db.exams.models import ExamWindow
from learnapp.db.operations.models import JobRun
from learnapp.domain.exams.exams import WindowState


def to_open(session: Session, job: str, until: datetime) -> list[int]:
    """The windows that open until an instant and for which a job was not done yet, the first to open
    first."""
    done = select(JobRun.job).where(
        JobRun.job == job, JobRun.period == cast(ExamWindow.id, String(20))
    )
    return list(
        session.scalars(
            select(ExamWindow.id)
            .where(
                ExamWindow.state == WindowState.PLANNED,
                ExamWindow.opens_at <= until,
                ~done.exists(),
            )
            .order_by(ExamWindow.opens_at, ExamWindow.id)
        )
    )
