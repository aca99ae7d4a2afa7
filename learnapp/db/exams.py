"""Rows of exams, blueprints, windows, attempts, papers, answer events, marks and results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
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
    new_public_id,
)


class BlueprintRow(Base):
    """组卷方案: what a paper is drawn from and by what counts; never changed once an exam uses it."""

    __tablename__ = "blueprints"
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    bank_id: Mapped[int] = mapped_column(BigId, ForeignKey("banks.id"))
    name: Mapped[Name]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class BlueprintCell(Base):
    """So many questions of a type, category and difficulty (each may be any), marks each."""

    __tablename__ = "blueprint_cells"
    __table_args__ = (CheckConstraint("count > 0 AND marks > 0", name="positive"),)
    blueprint_id: Mapped[int] = mapped_column(BigId, ForeignKey("blueprints.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[Name]
    type: Mapped[Code]
    category: Mapped[str | None] = mapped_column(String(400))
    difficulty: Mapped[int | None]
    count: Mapped[int]
    marks: Mapped[int]


class BlueprintFixed(Base):
    """A question that is on every paper of a blueprint, in the first cell that takes it."""

    __tablename__ = "blueprint_fixed"
    blueprint_id: Mapped[int] = mapped_column(BigId, ForeignKey("blueprints.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"), primary_key=True)


class Exam(Base):
    """周测, 月考, 阶段测试 or 练习."""

    __tablename__ = "exams"
    __table_args__ = (
        CheckConstraint("duration_s > 0 AND pass_mark >= 0 AND tries > 0", name="positive"),
        CheckConstraint("markers IN (1, 2)", name="markers"),
    )
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    kind: Mapped[Code]
    title: Mapped[Name]
    blueprint_id: Mapped[int] = mapped_column(BigId, ForeignKey("blueprints.id"))
    duration_s: Mapped[int]
    pass_mark: Mapped[int]
    tries: Mapped[int]
    multiple_rule: Mapped[Code]
    release: Mapped[Code]
    paper: Mapped[Code] = mapped_column(default="each", server_default="each")
    avoid_last: Mapped[int] = mapped_column(default=3, server_default="3")
    avoid_days: Mapped[int] = mapped_column(default=30, server_default="30")
    markers: Mapped[int] = mapped_column(default=1, server_default="1")
    counts: Mapped[Code] = mapped_column(default="best", server_default="best")
    bands: Mapped[Json] = mapped_column(default=list, server_default="[]")
    networks: Mapped[Json] = mapped_column(default=list, server_default="[]")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    retired_at: Mapped[datetime | None]


class DrawPool(Base):
    """What a window's papers are drawn from, as it stood when the first was drawn.

    `candidates` are [version, type, category path, difficulty, facility, passage] and True for a
    question of an earlier paper of the exam, `fixed` the versions on every paper; `seed` draws the
    one paper of an exam that has one for all.
    """

    __tablename__ = "draw_pools"
    __table_args__ = (UniqueConstraint("exam_id", "fingerprint"),)
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    candidates: Mapped[Json]
    fixed: Mapped[Json] = mapped_column(default=list, server_default="[]")
    seed: Mapped[str] = mapped_column(String(64), default="", server_default="")
    recorded_at: Mapped[datetime]


class ExamWindow(Base):
    """A batch, make-up, retake or resit: when an exam may be sat; half-open.

    `keys_shown_at` is the instant from which the keys of its papers are open; `overlap` how many
    questions of earlier papers of the exam its own may repeat, None while that is not known.
    """

    __tablename__ = "exam_windows"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="times"),
        Index(None, "exam_id"),
        Index(None, "state", "opens_at"),
        Index(None, "keys_shown_at", "opens_at"),
    )
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    kind: Mapped[Code]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    state: Mapped[Code]
    pool_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("draw_pools.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    keys_shown_at: Mapped[datetime | None]
    overlap: Mapped[int | None]
    recorded_at: Mapped[datetime]


class WindowPerson(Base):
    """A batch by duty roster: a window with such rows is for these people alone."""

    __tablename__ = "window_people"
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"), primary_key=True)
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)


class ExtraTime(Base):
    """Further time that a person has in an exam from the start, with its reason; less is a row below 0."""

    __tablename__ = "extra_times"
    __table_args__ = (
        CheckConstraint("seconds <> 0", name="not_nothing"),
        Index(None, "exam_id", "person_id"),
    )
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    person_id: Mapped[PersonRef]
    seconds: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class MarksRelease(Base):
    """Marks of an exam set free by hand."""

    __tablename__ = "marks_releases"
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"), unique=True)
    released_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Attempt(Base):
    """答卷: one person's sitting of one window; at most one open per person and exam.

    `avoided` are the versions of its pool that the person met of late, `shown` those whose key they
    were shown of late: both are part of what the paper was drawn from. Marks count from numbers above
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
    avoided: Mapped[Json] = mapped_column(default=list, server_default="[]")
    shown: Mapped[Json] = mapped_column(default=list, server_default="[]")
    started_at: Mapped[datetime]
    base_deadline: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(String(10))
    marks_from: Mapped[int] = mapped_column(default=0, server_default="0")
    results_from: Mapped[int] = mapped_column(default=0, server_default="0")
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(String(400))


class PaperQuestion(Base):
    """A pinned place of a drawn paper: question version, option order, marks."""

    __tablename__ = "paper_questions"
    __table_args__ = (
        UniqueConstraint("attempt_id", "version_id"),
        Index(None, "version_id", "attempt_id"),
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

    A deadline grows by these, and shrinks by what was given and is taken back before it was used.
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
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Announcement(Base):
    """What a proctor says to those who answer in a window, or to one attempt alone.

    The newest of each rules; an empty text takes the one before back.
    """

    __tablename__ = "announcements"
    __table_args__ = (Index(None, "window_id", "attempt_id"), Index(None, "attempt_id"))
    id: Mapped[Id]
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"))
    attempt_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attempts.id"))
    text: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class AnswerEventRow(Base):
    """An event as it arrived, whatever became of it; the highest held one is the answer.

    The key is the order of events: an attempt's lie together, so that a save touches one page of
    SQLite and the highest count is found at the end.
    """

    __tablename__ = "answer_events"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    question: Mapped[int]
    response: Mapped[Json | None]
    flagged: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]


class Admission(Base):
    """A late event that a person let count, with the reason."""

    __tablename__ = "admissions"
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reason: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class PageFact(Base):
    """What a test page noticed (it was left, text was copied), as it arrived; a fact, no verdict."""

    __tablename__ = "page_facts"
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[Code]
    seconds: Mapped[int]
    recorded_at: Mapped[datetime]


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
    remark: Mapped[str] = mapped_column(String(400), default="", server_default="")
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[MaybePersonRef]


class MarkOpinion(Base):
    """What a marker thinks a short answer is worth; seat 1 and 2 read it blind, 3 arbitrates.

    A marker's second thought is a further revision in the same seat.
    """

    __tablename__ = "mark_opinions"
    __table_args__ = (CheckConstraint("awarded >= 0 AND seat IN (1, 2, 3)", name="sound"),)
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    points: Mapped[Json]
    awarded: Mapped[int]
    comment: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class Mark(Base):
    """A mark for one place of a paper; the highest number is current, the others stay."""

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint("awarded >= 0", name="not_negative"),
        Index(None, "key_revision_id"),
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    awarded: Mapped[int]
    right: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Result(Base):
    """An attempt's total once every place has a mark; the highest number is current."""

    __tablename__ = "results"
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    awarded: Mapped[int]
    full: Mapped[int]
    passed: Mapped[bool]
    recorded_at: Mapped[datetime]
