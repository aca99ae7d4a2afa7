"""Tables of answers outside exams, notebook cards, and readings in remediation."""

from __future__ import annotations

from sqlalchemy import (
    Float,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    CompactTime,
    EventId,
    Id,
    Json,
    PersonRef,
    PublicId,
)


class PracticeAnswer(Base):
    """An answer given outside an exam: its key was shown after it. `event_id` also orders options."""

    __tablename__ = "practice_answers"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index(None, "person_id", "question_id"),
        Index(None, "person_id", "recorded_at"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    event_id: Mapped[str] = mapped_column(EventId)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    response: Mapped[Json | None]
    recall: Mapped[Code]
    recorded_at: Mapped[CompactTime]


class NotebookCard(Base):
    """How well a person knows a question, derived from their answers and stored for the schedule."""

    __tablename__ = "notebook_cards"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"), primary_key=True)
    stability: Mapped[float] = mapped_column(Float)
    difficulty: Mapped[float] = mapped_column(Float)
    recall: Mapped[Code]
    reviewed_at: Mapped[CompactTime]
    due_at: Mapped[CompactTime]


class Favourite(Base):
    """收藏: a question that a person wants to see again; for that person alone."""

    __tablename__ = "favourites"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"), primary_key=True)
    added_at: Mapped[CompactTime]


class MockExam(Base):
    """模拟考: a paper by an exam's blueprint that one person tries by the exam's clock; for them alone.

    `paper` is a list of [version id, event id, marks, section], the event id that of the practice answer
    which it becomes and by which its options are ordered; `answers` maps a place to [seq, event id,
    response, flagged].
    """

    __tablename__ = "mock_exams"
    __table_args__ = (Index(None, "person_id", "started_at"),)
    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[PersonRef]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    wanted: Mapped[int]
    started_at: Mapped[CompactTime]
    due_at: Mapped[CompactTime]
    handed_in_at: Mapped[CompactTime | None]
    paper: Mapped[Json]
    answers: Mapped[Json]
