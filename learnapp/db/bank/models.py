"""Tables of banks, questions, their versions, keys, history, reports and statistics."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
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
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


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
    """The content of a question from then on; an edit of content is a new version.

    `listed`: the newest of a question that is not retired (`learnapp.db.bank.listing`).
    """

    __tablename__ = "question_versions"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty"),
        Index(None, "bank_id", "status", "type", "category_id"),
        Index(None, "recorded_by", "bank_id"),
        Index(
            "ix_question_versions_in_review",
            "status",
            "bank_id",
            sqlite_where=text("status = 'in_review'"),
            postgresql_where=text("status = 'in_review'"),
        ),
        Index(
            "ix_question_versions_review_owed",
            "review_owed",
            "status",
            sqlite_where=text("review_owed = 1"),
            postgresql_where=text("review_owed"),
        ),
        Index(
            "ix_question_versions_listed",
            "bank_id",
            "id",
            sqlite_where=text("listed = 1"),
            postgresql_where=text("listed"),
        ),
        Index(
            "ix_question_versions_listed_type",
            "bank_id",
            "type",
            "id",
            sqlite_where=text("listed = 1"),
            postgresql_where=text("listed"),
        ),
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
    source: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    status: Mapped[Code]
    use: Mapped[Code]
    law: Mapped[str] = mapped_column(TypedText(200), default="", server_default="")
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    tags: Mapped[Json] = mapped_column(default=list, server_default="[]")
    search: Mapped[str] = mapped_column(Text, default="", server_default="")
    review_owed: Mapped[bool] = mapped_column(default=False, server_default=false())
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
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
    source: Mapped[str | None] = mapped_column(TypedText(lengths.LINE))
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class VersionMedia(Base):
    """A picture that a question version shows: who may see the version may see it."""

    __tablename__ = "version_media"
    __table_args__ = (Index(None, "sha256"),)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))


class VersionEvent(Base):
    """What was done with a question version, by whom, and why."""

    __tablename__ = "version_events"
    __table_args__ = (Index(None, "version_id"), Index(None, "recorded_by"))
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    action: Mapped[Code] = mapped_column("deed")
    comment: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class KeyExposure(Base):
    """命题回避: who has seen the key of a question may not sit an exam that may have it."""

    __tablename__ = "key_sights"
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
    seen_at: Mapped[datetime]


class QuestionReport(Base):
    """A question that somebody thinks is wrong, and what came of it; `question` is its place on the
    paper of the attempt from whose result it was reported."""

    __tablename__ = "question_reports"
    __table_args__ = (Index(None, "version_id"), Index(None, "state"), Index(None, "attempt_id"))
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    person_id: Mapped[PersonRef]
    attempt_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attempts.id"))
    question: Mapped[int | None]
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    state: Mapped[Code]
    answer: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    recorded_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybePersonRef]


class Regrade(Base):
    """What a key revision changed: the one decision about it, and the counts."""

    __tablename__ = "regrades"
    id: Mapped[Id]
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"), unique=True)
    keeps_passes: Mapped[bool] = mapped_column(Boolean)
    counts: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class ItemFigures(Base):
    """A version's statistics as of a moment; counted again from the marks, never edited."""

    __tablename__ = "item_figures"
    __table_args__ = (
        Index(
            "ix_item_figures_concerned",
            "version_id",
            sqlite_where=text("concerns <> '[]'"),
            postgresql_where=text("concerns <> '[]'"),
        ),
    )
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
    figures: Mapped[Json]
    concerns: Mapped[Json]
    as_of: Mapped[datetime]


class QuestionTask(Base):
    """命题任务: a unit owes so many questions of a bank by the end of a day, until it is withdrawn."""

    __tablename__ = "question_tasks"
    __table_args__ = (
        CheckConstraint("count > 0", name="positive"),
        Index(None, "unit_id"),
        Index(None, "bank_id"),
    )
    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    unit_id: Mapped[UnitRef]
    count: Mapped[int]
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[MaybePersonRef]
