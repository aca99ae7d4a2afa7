"""Tables of attempts: papers, answer events, allowances, marks, results, reopenings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    CompactTime,
    Document,
    EventId,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    PublicId,
    TypedText,
    new_public_id,
)
from learnapp.db.core.id_gaps import packed, unpacked
from learnapp.domain.core import lengths


class _PackedIds(TypeDecorator[Any]):
    """Ids in ascending order as a list; stored as the gaps between them, in a text in JSON, a quarter
    of the size. Lists of old are lists in the database too."""

    impl = Document
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return packed(value) if value else []

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return unpacked(value) if isinstance(value, str) else value


class AttemptReopening(Base):
    """An attempt that was handed in and is open again: how it had been handed in, and the time left."""

    __tablename__ = "attempt_reopenings"
    __table_args__ = (Index(None, "attempt_id"),)
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str | None] = mapped_column(String(10))
    seconds_left: Mapped[int]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Attempt(Base):
    """答卷: one person's sitting of one window; at most one open per person and exam.

    `avoided` are the versions of its pool that the person met recently, `shown` those whose key they
    were shown recently: both are part of what the paper was drawn from. Marks count from numbers above
    `marks_from`, results above `results_from`: those before belong to a hand-in that was undone.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("window_id", "person_id", "number"),
        Index(
            "uq_attempts_one_open",
            "person_id",
            "exam_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_attempts_open_in_window",
            "window_id",
            "channel",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "person_id", "exam_id"),
        Index(None, "state", "base_deadline"),
        Index("uq_attempts_marking_id", "marking_id", unique=True),
        CheckConstraint(
            "(state = 'open') = (submitted_at IS NULL AND voided_at IS NULL)", name="ended"
        ),
    )
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    # What markers know it by: shown nowhere else, so that nobody puts a name to an answer by it.
    marking_id: Mapped[str] = mapped_column(String(22), nullable=True, default=new_public_id)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"))
    person_id: Mapped[PersonRef]
    number: Mapped[int]
    channel: Mapped[Code]
    state: Mapped[Code]
    seed: Mapped[str] = mapped_column(String(64))
    pool_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("draw_pools.id"))
    avoided: Mapped[Any] = mapped_column(_PackedIds, default=list, server_default="[]")
    shown: Mapped[Any] = mapped_column(_PackedIds, default=list, server_default="[]")
    started_at: Mapped[datetime]
    base_deadline: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(10))
    marks_from: Mapped[int] = mapped_column(default=0, server_default="0")
    results_from: Mapped[int] = mapped_column(default=0, server_default="0")
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(TypedText(lengths.LINE))
    void_cause: Mapped[str | None] = mapped_column(String(40))


class PaperQuestion(Base):
    """A pinned place of a drawn paper: question version, option order, marks."""

    __tablename__ = "paper_questions"
    __table_args__ = (
        UniqueConstraint("version_id", "attempt_id"),
        {"sqlite_with_rowid": False},
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    section: Mapped[Name]
    type: Mapped[Code]
    blanks: Mapped[int]
    option_order: Mapped[Json]
    marks: Mapped[int]


class Allowance(Base):
    """Further time for an attempt, with its cause and reason.

    A deadline grows by these, and shrinks by what was given and is withdrawn before it was used.
    """

    __tablename__ = "allowances"
    __table_args__ = (
        CheckConstraint("seconds <> 0", name="not_nothing"),
        Index(None, "attempt_id"),
    )
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    seconds: Mapped[int]
    cause: Mapped[Code] = mapped_column(default="given", server_default="given")
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class AnswerEventRow(Base):
    """An event as it arrived, whatever became of it; the highest held one is the answer.

    The key is the order of events: an attempt's are stored together, so that a save touches one page of
    SQLite and the highest count is found at the end.
    """

    __tablename__ = "answer_events"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(EventId, primary_key=True)
    question: Mapped[int]
    response: Mapped[Json | None]
    flagged: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[CompactTime]


class Admission(Base):
    """A late event that a person let count, with the reason."""

    __tablename__ = "admissions"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(EventId, primary_key=True)
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class PageFact(Base):
    """What a test page noticed (it was left, text was copied), as it arrived; a fact, no verdict."""

    __tablename__ = "page_facts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    fact_id: Mapped[str] = mapped_column(EventId, primary_key=True)
    kind: Mapped[Code]
    seconds: Mapped[int]
    recorded_at: Mapped[CompactTime]


class PaperEntry(Base):
    """What somebody read off a paper answer sheet; another verifies it or sends it back."""

    __tablename__ = "paper_entries"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("verified_by IS NULL OR verified_by <> recorded_by", name="two_people"),
        CheckConstraint("(outcome IS NULL) = (verified_by IS NULL)", name="outcome"),
    )
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    number: Mapped[int]
    responses: Mapped[Json]
    sat_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    outcome: Mapped[str | None] = mapped_column(String(10))
    remark: Mapped[str] = mapped_column(TypedText(lengths.LINE), default="", server_default="")
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[MaybePersonRef]


class PaperMarks(Base):
    """The marks that somebody read off a paper answer sheet; where they are those that another read
    (`agrees_with`), the attempt was handed in with them."""

    __tablename__ = "paper_marks"
    __table_args__ = (Index(None, "attempt_id"),)
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    marks: Mapped[Json]
    sat_at: Mapped[datetime]
    agrees_with: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("paper_marks.id"), unique=True
    )
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class PaperScan(Base):
    """A scan of a paper answer sheet, as it was attached."""

    __tablename__ = "paper_scans"
    __table_args__ = (UniqueConstraint("attempt_id", "file_id"),)
    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"))
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("files.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class AnswerToMark(Base):
    """A short answer of an attempt that was handed in, while it waits for a marker: what follows from
    papers, marks and opinions, stored so that nobody has to look for it."""

    __tablename__ = "answers_to_mark"
    __table_args__ = (Index("ix_answers_to_mark_in_order", "exam_id", "version_id", "attempt_id"),)
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))


class MarkOpinion(Base):
    """What a marker thinks a short answer is worth; seat 1 and 2 read it blind, 3 arbitrates.

    A marker's second thought is a further revision in the same seat.
    """

    __tablename__ = "mark_opinions"
    __table_args__ = (
        CheckConstraint("awarded >= 0 AND seat IN (1, 2, 3)", name="sound"),
        Index("ix_mark_opinions_of_marker", "recorded_by", "recorded_at"),
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    points: Mapped[Json]
    awarded: Mapped[int]
    comment: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class Mark(Base):
    """A mark for one place of a paper; the highest number is current, the others stay."""

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint("awarded >= 0", name="not_negative"),
        {"sqlite_with_rowid": False},
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    awarded: Mapped[int]
    right: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[CompactTime]
    recorded_by: Mapped[MaybePersonRef]


class Result(Base):
    """An attempt's total once every place has a mark; the highest number is current."""

    __tablename__ = "results"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    awarded: Mapped[int]
    full: Mapped[int]
    passed: Mapped[bool]
    recorded_at: Mapped[CompactTime]


class RemedyReading(Base):
    """A section that was read again because of a failed attempt."""

    __tablename__ = "remedy_readings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "ordinal"],
            ["reading_sections.version_id", "reading_sections.ordinal"],
            name="fk_remedy_readings_section",
        ),
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
