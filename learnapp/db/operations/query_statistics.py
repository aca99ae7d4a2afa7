"""What the databases know of their tables' sizes, by which they choose indexes: renewed when it is old.

Without it their plans are several times slower at 100,000 people and questions.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learnapp.db.core.upsert import insert_if_new
from learnapp.db.files.models import ImportJob
from learnapp.db.operations.models import JobRun
from learnapp.domain.core.calendar import local_day

JOB = "analyse"
# Rows of an index that SQLite looks at: some milliseconds at any size.
_ROWS = 400


def period_of(session: Session, now: datetime) -> str:
    """The study week and the newest import that has ended: a new one makes what is known old."""
    newest = session.scalar(select(func.max(ImportJob.id)).where(ImportJob.ended_at.is_not(None)))
    year, week, _ = local_day(now).isocalendar()
    return f"{year}-{week:02} {newest or 0}"


def is_old(session: Session, now: datetime) -> bool:
    """Whether nobody has looked at the tables since the week began and the last import ended."""
    return session.get(JobRun, (JOB, period_of(session, now))) is None


def renew(session: Session, now: datetime) -> bool:
    """Look at the tables, once a period; False where that was done."""
    row = {"job": JOB, "period": period_of(session, now), "done_at": now}
    statement = insert_if_new(session, JobRun).values(row).returning(JobRun.job)
    if session.scalar(statement) is None:
        return False
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA analysis_limit={_ROWS}"))
    session.execute(text("ANALYZE"))
    return True
