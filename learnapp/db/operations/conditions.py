"""What a database says about itself: version, clock, what takes long, how much is written ahead."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.exams.exams import AttemptState


def version(session: Session) -> tuple[str, tuple[int, ...]]:
    """The kind of database and its version."""
    if _is_sqlite(session):
        return "SQLite", sqlite3.sqlite_version_info
    number = int(session.scalar(text("SHOW server_version_num")) or 0)
    return "PostgreSQL", (number // 10000, number % 10000)


def clock(session: Session) -> datetime | None:
    """The time of the database's machine; None with SQLite, which has none of its own."""
    if _is_sqlite(session):
        return None
    found: datetime | None = session.scalar(text("SELECT clock_timestamp()"))
    return found


def long_statements(session: Session, longer: timedelta) -> int:
    """How many transactions of others have lasted longer; 0 with SQLite, see `written_ahead`."""
    if _is_sqlite(session):
        return 0
    question = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - :longer"
    )
    return int(session.scalar(question, {"longer": longer}) or 0)


def written_ahead(session: Session) -> int:
    """Bytes of SQLite's write-ahead log: it grows while a reader does not end; 0 on PostgreSQL."""
    path = session.get_bind().engine.url.database if _is_sqlite(session) else None
    log = f"{path}-wal"
    return os.path.getsize(log) if path and os.path.exists(log) else 0


def counts(session: Session) -> dict[str, int]:
    """What goes on: attempts that are open, work that waits."""
    attempts = select(func.count()).where(Attempt.state == AttemptState.OPEN)
    waiting = select(func.count()).where(BackgroundJob.state.in_(("waiting", "running")))
    return {
        "open_attempts": session.scalar(attempts) or 0,
        "background_jobs": session.scalar(waiting) or 0,
    }


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
