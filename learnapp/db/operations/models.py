"""Tables of the audit, scheduled work, settings, actions done once and daily limits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
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
    PublicId,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths

_ACTIVE = text("state IN ('waiting', 'running')")


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
    address: Mapped[str | None] = mapped_column(String(45))
    result: Mapped[str] = mapped_column(String(10), server_default="done")


class AuditBlock(Base):
    """A block of the audit's chain: the entries with `after_id` < id ≤ `last_id`; rows are only added."""

    __tablename__ = "audit_blocks"
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    after_id: Mapped[int]
    last_id: Mapped[int]
    routine: Mapped[int]
    lasting: Mapped[int]
    routine_sha256: Mapped[bytes]
    lasting_sha256: Mapped[bytes]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    sealed_at: Mapped[datetime]
    previous: Mapped[bytes]
    sha256: Mapped[bytes]


class JobRun(Base):
    """Scheduled work that was done, in the same transaction as its effect: once per period."""

    __tablename__ = "job_runs"
    __table_args__ = (Index(None, "done_at"),)
    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    period: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_at: Mapped[datetime]


class RecordAccess(Base):
    """That somebody of staff opened a person's record or a window's papers on a day, with the reason;
    once a day. `by_group`: as a guidance group alone, which the person is not shown."""

    __tablename__ = "record_sights"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "reader_id", "on_day"),
        Index(None, "reader_id"),
    )
    id: Mapped[Id]
    kind: Mapped[Code]  # person, window
    subject_id: Mapped[int] = mapped_column(BigId)
    reader_id: Mapped[PersonRef]
    on_day: Mapped[date]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))  # empty: none was asked for
    by_group: Mapped[bool]
    recorded_at: Mapped[datetime]


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


class BackgroundJob(Base):
    """Work in the background: what about (`subject`, such as a window's id), for whom, how far it is.

    `params` is what was asked for; `cursor` where a further step goes on, None for work that begins
    again; `attempts` how often it was begun since the last step. Of a kind and subject one at most
    waits or runs.
    """

    __tablename__ = "background_jobs"
    __table_args__ = (
        Index(
            "uq_background_jobs_active",
            "kind",
            "subject",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index("ix_background_jobs_of_subject", "kind", "subject", "id"),
        Index("ix_background_jobs_ended", "state", "ended_at"),
    )
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[Code]
    subject: Mapped[str] = mapped_column(String(60))
    owner_unit_id: Mapped[UnitRef]
    params: Mapped[Json]
    state: Mapped[Code]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int | None]
    cursor: Mapped[Json | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    result: Mapped[Json | None]
    error: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    asked_at: Mapped[datetime]
    asked_by: Mapped[MaybePersonRef]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BackgroundRow(Base):
    """A row of what work in the background found, in the order in which its page lists them."""

    __tablename__ = "background_rows"
    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("background_jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[Json]


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


class Feedback(Base):
    """意见箱: what a person says of the load or of the product, and the answer that closes it."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index(None, "person_id"),
        Index(
            "ix_feedback_open",
            "unit_id",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    recorded_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybePersonRef]


class BackupRun(Base):
    """A backup: of which instant it is, what it is called, and where; or why it failed."""

    __tablename__ = "backup_runs"
    __table_args__ = (Index(None, "begun_at"),)
    id: Mapped[Id]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    state: Mapped[Code]
    name: Mapped[str | None] = mapped_column(String(80))
    folder: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[Json]
