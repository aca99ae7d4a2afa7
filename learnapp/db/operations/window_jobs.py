"""Named queries of scheduled work: what was done, and what is still to be done before windows open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams.models import ExamWindow
from learnapp.db.operations.models import JobRun, RetentionRun
from learnapp.domain.exams.exams import WindowState
from learnapp.domain.operations.scheduled_jobs import Ahead


@dataclass(frozen=True)
class DoneJob:
    """When a scheduled job was done last, and how often since an instant."""

    last: datetime
    count: int


def done_jobs(session: Session, since: datetime) -> dict[str, DoneJob]:
    """Per scheduled job when it was done last and how often, of what was done since an instant."""
    rows = session.execute(
        select(JobRun.job, func.max(JobRun.done_at), func.count())
        .where(JobRun.done_at >= since)
        .group_by(JobRun.job)
    )
    return {job: DoneJob(last, count) for job, last, count in rows}


def last_removal(session: Session) -> DoneJob | None:
    """When retention came to an end last, and how many rows it removed that day; None before the first."""
    row = session.execute(
        select(func.max(RetentionRun.ended_at), func.sum(RetentionRun.removed))
        .where(RetentionRun.ended_at.is_not(None))
        .group_by(RetentionRun.day)
        .order_by(RetentionRun.day.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row[0] is None:
        return None
    return DoneJob(row[0], int(row[1] or 0))


def ahead(session: Session, now: datetime) -> Ahead:
    """When the next window opens, and when the next closes."""
    opens = select(func.min(ExamWindow.opens_at)).where(ExamWindow.state == WindowState.PLANNED)
    closes = select(func.min(ExamWindow.closes_at)).where(
        ExamWindow.state == WindowState.OPEN, ExamWindow.closes_at > now
    )
    row = session.execute(select(opens.scalar_subquery(), closes.scalar_subquery())).one()
    return Ahead(*row)


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
