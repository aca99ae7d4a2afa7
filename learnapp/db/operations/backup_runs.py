"""Named queries of the backups that were made or failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.operations.models import BackupRun
from learnapp.domain.operations.backups import BackupState


def last_ones(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the last backup was begun, whatever came of it, and of which instant the last good one is."""
    good = func.max(BackupRun.begun_at).filter(BackupRun.state == BackupState.GOOD)
    last_try, last_good = session.execute(select(func.max(BackupRun.begun_at), good)).one()
    return last_try, last_good


def newest(session: Session, most: int) -> list[BackupRun]:
    """The newest backups, good or failed."""
    return list(session.scalars(select(BackupRun).order_by(BackupRun.id.desc()).limit(most)))


def newest_good(session: Session) -> BackupRun | None:
    """The newest good backup."""
    good = select(BackupRun).where(BackupRun.state == BackupState.GOOD)
    return session.scalar(good.order_by(BackupRun.begun_at.desc()).limit(1))
