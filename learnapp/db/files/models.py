"""Tables of stored files and staged imports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    PublicId,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


class StoredFile(Base):
    """A file's name and hash; its bytes lie in the content-addressed folder."""

    __tablename__ = "files"
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[Name]
    owner_unit_id: Mapped[UnitRef]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class FileBytes(Base):
    """The bytes of a file, where files are kept in the database and not in a folder."""

    __tablename__ = "file_bytes"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ImportJob(Base):
    """An upload on its way in: staged, then confirmed in one transaction, or cancelled.

    `attempts` counts how often its file was begun to be read in the background.
    """

    __tablename__ = "import_jobs"
    __table_args__ = (Index(None, "ended_at"),)
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[Code]
    state: Mapped[Code]
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("files.id"))
    owner_unit_id: Mapped[UnitRef]
    bank_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("banks.id"))
    settings: Mapped[Json]
    counts: Mapped[Json]
    total: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    notes: Mapped[Json]
    created_at: Mapped[datetime]
    created_by: Mapped[PersonRef]
    ended_at: Mapped[datetime | None]


class MarkingStatement(Base):
    """That the secrecy marking of an imported file has lapsed: why, and on whose word."""

    __tablename__ = "marking_statements"
    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("import_jobs.id"), index=True)
    marking: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    authority: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class TaughtLayout(Base):
    """How one source writes its questions, as somebody marked it; kept under a name for its next file."""

    __tablename__ = "taught_layouts"
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef] = mapped_column(index=True)
    name: Mapped[Name]
    layout: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    retired_at: Mapped[datetime | None]


class ImportMedia(Base):
    """A picture that came with a staged import; its bytes lie in the content-addressed folder."""

    __tablename__ = "import_media"
    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("import_jobs.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))


class ImportRow(Base):
    """One record of a staged import: where it stood, what it says, what is doubtful about it.

    `twin` names the question it repeats, in this file or in the bank; `decision` is take or leave.
    """

    __tablename__ = "import_rows"
    __table_args__ = (Index(None, "job_id", "outcome"),)
    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("import_jobs.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[Json]
    outcome: Mapped[Code]
    reasons: Mapped[Json]
    record: Mapped[Json]
    raw: Mapped[str]
    decision: Mapped[Code]
    type: Mapped[str | None] = mapped_column(String(40))
    twin: Mapped[Json | None]
