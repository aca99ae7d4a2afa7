"""Tables of the audit, scheduled work, settings, actions done once and daily limits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    Document,
    Id,
    Json,
    MaybePersonRef,
    PersonRef,
)


class AuditEntry(Base):
    """Who did what to whom, by ids; rows are only ever added."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "recorded_at"),
        Index(None, "actor_id"),
        Index(None, "action", "id"),
        Index(None, "subject_kind", "subject_id"),
    )
    id: Mapped[Id]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[MaybePersonRef]
    action: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int | None]
    detail: Mapped[Json]


class JobRun(Base):
    """Scheduled work that was done, in the same transaction as its effect: once per period."""

    __tablename__ = "job_runs"
    __table_args__ = (Index(None, "done_at"),)
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_at: Mapped[datetime]


class Setting(Base):
    """A fact about this installation, such as that it holds the demonstration."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Json]


class IdempotentAction(Base):
    """An action that was asked for: where its result is; no result yet while it is being done."""

    __tablename__ = "deeds_once"
    __table_args__ = (UniqueConstraint("person_id", "key"), Index(None, "recorded_at"))
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    key: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column("deed", String(80))
    recorded_at: Mapped[datetime]
    result: Mapped[dict[str, Any] | None] = mapped_column(Document)


class DayUse(Base):
    """What a person wrote on a day, by kind: so that nobody fills the disk."""

    __tablename__ = "day_uses"
    __table_args__ = (Index(None, "day"), {"sqlite_with_rowid": False})
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]
    size: Mapped[int]


class RetentionPass(Base):
    """Which rows of an append-only table may be removed in the transaction that has this row: those
    older than `due_before`. No transaction leaves one behind."""

    __tablename__ = "retention_passes"
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_before: Mapped[datetime]


class RetentionRun(Base):
    """How many rows went by a rule of retention on a day; `ended_at` once nothing more was due."""

    __tablename__ = "retention_runs"
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    removed: Mapped[int]
    ended_at: Mapped[datetime | None]
