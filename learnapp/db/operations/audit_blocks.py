"""Named queries of the audit's chain: what can be sealed, its blocks, and the entries of each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core import settled
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations.models import AuditBlock, AuditEntry
from learnapp.domain.operations.audit_chain import Block, ChainEntry

_ENTRY = tuple(getattr(AuditEntry, each.name) for each in fields(ChainEntry))
_BLOCK = tuple(getattr(AuditBlock, each.name) for each in fields(Block))


@dataclass(frozen=True)
class Horizon:
    """The newest entry at an instant, and what was going on then: a transaction that was not over may
    still commit an entry with a smaller id."""

    last_id: int
    transaction: int


def horizon(session: Session) -> Horizon:
    """The horizon of now."""
    last_id = session.scalar(select(func.max(AuditEntry.id))) or 0
    return Horizon(last_id, settled.newest_transaction(session))


def is_settled(session: Session, seen: Horizon) -> bool:
    """Whether all that went on at a horizon is over: no entry up to it can come any more. On SQLite,
    whose writers follow one another, at once."""
    return settled.all_over(session, seen.transaction)


def last_block(session: Session) -> Block | None:
    """The newest block."""
    found = select(*_BLOCK).order_by(AuditBlock.number.desc()).limit(1)
    row = session.execute(found).one_or_none()
    return None if row is None else Block(*row)


def last_blocks_of_days(session: Session, days: int) -> list[Block]:
    """The last block of each of the newest days that have one (in UTC, as stored), newest first."""
    day = func.date(AuditBlock.sealed_at)
    newest = select(func.max(AuditBlock.number)).group_by(day).order_by(day.desc()).limit(days)
    found = select(*_BLOCK).where(AuditBlock.number.in_(newest)).order_by(AuditBlock.number.desc())
    return [Block(*row) for row in session.execute(found)]


def blocks_after(session: Session, number: int, most: int) -> list[tuple[Block, bytes]]:
    """Blocks after one, in order, each with the hash that was stored with it."""
    found = (
        select(*_BLOCK, AuditBlock.sha256)
        .where(AuditBlock.number > number)
        .order_by(AuditBlock.number)
        .limit(most)
    )
    return [(Block(*row[:-1]), row[-1]) for row in session.execute(found)]


def entries_between(
    session: Session, after_id: int, last_id: int, most: int | None = None
) -> list[ChainEntry]:
    """The entries with `after_id` < id ≤ `last_id`, in order; at most so many."""
    found = select(*_ENTRY).where(AuditEntry.id > after_id, AuditEntry.id <= last_id)
    rows = session.execute(found.order_by(AuditEntry.id).limit(most))
    return [ChainEntry(*row) for row in rows]


def keep(session: Session, block: Block) -> bool:
    """Store a block; False where another process stored one of this number."""
    row: dict[str, Any] = {each.name: getattr(block, each.name) for each in fields(Block)}
    statement = insert_if_new(session, AuditBlock).values(row | {"sha256": block.sha256})
    return session.scalar(statement.returning(AuditBlock.number)) is not None


def unsealed_since(session: Session, last_id: int) -> datetime | None:
    """When the oldest entry behind the last block was made; None when there is none."""
    return session.scalar(
        select(AuditEntry.recorded_at)
        .where(AuditEntry.id > last_id)
        .order_by(AuditEntry.id)
        .limit(1)
    )


def entries_recorded(
    session: Session, after_id: int, since: datetime | None, until: datetime | None, most: int
) -> list[ChainEntry]:
    """Entries in order behind one, recorded within a span; at most so many."""
    found = select(*_ENTRY).where(AuditEntry.id > after_id)
    if since is not None:
        found = found.where(AuditEntry.recorded_at >= since)
    if until is not None:
        found = found.where(AuditEntry.recorded_at < until)
    rows = session.execute(found.order_by(AuditEntry.id).limit(most))
    return [ChainEntry(*row) for row in rows]
