"""Rows of the house itself: the audit of who did what to whom, scheduled work done, settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.base import Base, Code, Id, Json, MaybePersonRef


class AuditEntry(Base):
    """Who did what to whom, by ids; rows are only ever added."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "recorded_at"),
        Index(None, "actor_id"),
        Index(None, "action"),
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
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_at: Mapped[datetime]


class Setting(Base):
    """A fact about this installation, such as that it holds the demonstration."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Json]
