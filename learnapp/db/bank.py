"""Rows of banks, questions, their versions and key revisions, passages, and staged imports."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.base import (
    Base,
    BigId,
    Code,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    PublicId,
    UnitRef,
)


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


class Bank(Base):
    """题库: 公开 or 内部, owned by a unit."""

    __tablename__ = "banks"
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    name: Mapped[Name]
    classification: Mapped[Code]
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class BankCategory(Base):
    """A node of a bank's category tree; `path` is its names joined by a slash."""

    __tablename__ = "bank_categories"
    __table_args__ = (UniqueConstraint("bank_id", "path"),)
    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bank_categories.id"))
    path: Mapped[str] = mapped_column(String(400))


class Passage(Base):
    """A 材料 that several questions share; never changed once recorded."""

    __tablename__ = "passages"
    __table_args__ = (UniqueConstraint("bank_id", "fingerprint"),)
    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    content: Mapped[Json]
    recorded_at: Mapped[datetime]


class BankQuestion(Base):
    """试题: an identity; what it says is in its versions."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("bank_id", "fingerprint"),)
    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """What a question said from then on; an edit of content is a new version."""

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),
        Index(None, "bank_id", "status", "type", "category_id"),
        Index(None, "recorded_by", "bank_id"),
    )
    id: Mapped[Id]
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"))
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    number: Mapped[int]
    type: Mapped[Code]
    stem: Mapped[Json]
    options: Mapped[Json]
    passage_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("passages.id"))
    category_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("bank_categories.id"))
    difficulty: Mapped[int | None] = mapped_column(SmallInteger)
    explanation: Mapped[Json]
    source: Mapped[str] = mapped_column(String(400))
    status: Mapped[Code]
    use: Mapped[Code]
    law: Mapped[str] = mapped_column(String(200), default="", server_default="")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    tags: Mapped[Json] = mapped_column(default=list, server_default="[]")
    search: Mapped[str] = mapped_column(Text, default="", server_default="")
    review_owed: Mapped[bool] = mapped_column(default=False, server_default=false())
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class KeyRevision(Base):
    """The right answer of a version, or that the version is void; a correction is a further revision.

    A void one keeps the key that it had. `explanation` and `source` are shown instead of the
    version's where they are not None; a revision carries on what an earlier one put right.
    """

    __tablename__ = "key_revisions"
    __table_args__ = (UniqueConstraint("version_id", "number"),)
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    number: Mapped[int]
    ruling: Mapped[Code] = mapped_column(default="key", server_default="key")
    key: Mapped[Json]
    explanation: Mapped[Json | None]
    source: Mapped[str | None] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class ImportJob(Base):
    """An upload on its way in: staged, then confirmed in one transaction, or cancelled.

    `attempts` counts how often its file was begun to be read in the background.
    """

    __tablename__ = "import_jobs"
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


class ImportMedia(Base):
    """A picture that came with a staged import; its bytes lie in the content-addressed folder."""

    __tablename__ = "import_media"
    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("import_jobs.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))


class VersionMedia(Base):
    """A picture that a question version shows: who may see the version may see it."""

    __tablename__ = "version_media"
    __table_args__ = (Index(None, "sha256"),)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
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
