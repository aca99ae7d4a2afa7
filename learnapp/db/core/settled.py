"""Whether all that was being written at an instant is over: what is read afterwards changes no more."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def newest_transaction(session: Session) -> int:
    """A number after those of all transactions that write now; 0 on SQLite, whose writers follow one
    another. It is that of this transaction: the snapshot's own limit leaves out whoever took a number
    after the last one that ended."""
    if _is_sqlite(session):
        return 0
    return int(session.scalar(text("SELECT pg_current_xact_id()::text::bigint")) or 0)


def all_over(session: Session, before: int) -> bool:
    """Whether all transactions of smaller numbers are over; on SQLite at once."""
    if _is_sqlite(session):
        return True
    lower = session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
    return int(lower or 0) >= before


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
