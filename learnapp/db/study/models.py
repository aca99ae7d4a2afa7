"""Tables of readings, portions, programmes, requirements, completions and withdrawals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    CompactTime,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


class Reading(Base):
    """必学篇目 or 选学篇目: an identity; its text is in its versions."""

    __tablename__ = "readings"
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    classification: Mapped[Code]
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ReadingVersion(Base):
    """The text of a reading from then on."""

    __tablename__ = "reading_versions"
    __table_args__ = (UniqueConstraint("reading_id", "number"),)
    id: Mapped[Id]
    reading_id: Mapped[int] = mapped_column(BigId, ForeignKey("readings.id"))
    number: Mapped[int]
    title: Mapped[Name]
    source: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    category: Mapped[str] = mapped_column(TypedText(100))
    length: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class ReadingAttachment(Base):
    """附件: a file that goes along with a reading, until it is taken off."""

    __tablename__ = "reading_attachments"
    id: Mapped[Id]
    reading_id: Mapped[int] = mapped_column(BigId, ForeignKey("readings.id"), index=True)
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("files.id"))
    title: Mapped[Name]
    transcript: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    removed_at: Mapped[datetime | None]


class Portion(Base):
    """A daily part of a reading; it keeps its identity when the text gets a new version."""

    __tablename__ = "portions"
    __table_args__ = (UniqueConstraint("reading_id", "ordinal"),)
    id: Mapped[Id]
    reading_id: Mapped[int] = mapped_column(BigId, ForeignKey("readings.id"))
    ordinal: Mapped[int]
    check_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("question_versions.id"))


class ReadingSection(Base):
    """A section of a version, in one portion; its HTML was cleaned when it was recorded."""

    __tablename__ = "reading_sections"
    __table_args__ = (Index(None, "portion_id"),)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("reading_versions.id"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("portions.id"))
    heading: Mapped[Name]
    html: Mapped[str]
    length: Mapped[int]


class ReadingMedia(Base):
    """A picture that a version of a reading shows: who may read it may see the picture."""

    __tablename__ = "reading_media"
    __table_args__ = (Index(None, "sha256"),)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("reading_versions.id"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))


class ReadingPlace(Base):
    """Where a reader was last in a portion, and how far; for that reader alone."""

    __tablename__ = "reading_places"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("portions.id"), primary_key=True)
    section: Mapped[int]
    furthest: Mapped[int]
    opened_at: Mapped[CompactTime]
    updated_at: Mapped[CompactTime]


class OwnNote(Base):
    """书签和笔记: a section that a reader marked, with a note or without; for that reader alone, in no
    figure and no export."""

    __tablename__ = "own_notes"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("portions.id"), primary_key=True)
    section: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    updated_at: Mapped[CompactTime]


class CheckAnswer(Base):
    """An answer to a portion's check question; tries are unlimited."""

    __tablename__ = "check_answers"
    __table_args__ = (
        Index(None, "person_id", "portion_id"),
        Index(None, "person_id", "recorded_at"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    portion_id: Mapped[int] = mapped_column(BigId, ForeignKey("portions.id"))
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    response: Mapped[Json]
    right: Mapped[bool]
    recorded_at: Mapped[CompactTime]


class Item(Base):
    """What can be completed: a portion, an exam or an activity, one row each."""

    __tablename__ = "items"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN portion_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN exam_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_thing",
        ),
    )
    id: Mapped[Id]
    kind: Mapped[Code]
    title: Mapped[Name]
    portion_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("portions.id"), unique=True)
    exam_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams.id"), unique=True)


class Programme(Base):
    """学习计划: an identity on one line; what it asks is in its revisions."""

    __tablename__ = "programmes"
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    name: Mapped[Name]
    calendar: Mapped[Code]
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ProgrammeRevision(Base):
    """What a programme asks from its publishing on; never changed after it."""

    __tablename__ = "programme_revisions"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
    )
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programmes.id"))
    number: Mapped[int]
    state: Mapped[Code]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    published_at: Mapped[datetime | None]
    published_by: Mapped[MaybePersonRef]


class Stage(Base):
    """阶段: a dated part of a revision, both days included; stages may overlap."""

    __tablename__ = "stages"
    __table_args__ = (
        UniqueConstraint("revision_id", "ordinal"),
        CheckConstraint("last_day >= first_day", name="days"),
    )
    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme_revisions.id"))
    ordinal: Mapped[int]
    name: Mapped[Name]
    first_day: Mapped[date]
    last_day: Mapped[date]
    # The stage's row in the revision in which it first occurred; empty in that revision itself.
    begun_as: Mapped[int | None] = mapped_column(BigId, ForeignKey("stages.id"))


class StageStepRow(Base):
    """评估验收 or 转段 of a unit at the end of a stage (its first row names it), or one taken back."""

    __tablename__ = "stage_steps"
    __table_args__ = (Index(None, "stage_id", "unit_id"),)
    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    unit_id: Mapped[UnitRef]
    step: Mapped[Code]
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Requirement(Base):
    """学习任务: one item for an audience; never one row per person."""

    __tablename__ = "requirements"
    __table_args__ = (UniqueConstraint("stage_id", "item_id"), Index(None, "item_id"))
    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"))
    required: Mapped[bool]
    plan_day: Mapped[date]
    due_at: Mapped[datetime]
    audience: Mapped[Json]
    # Planned for its day by hand: spreading the portions of a stage leaves it there.
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())


class CalendarOverride(Base):
    """A day that an admin declared to count, or not; the newest row of a day wins."""

    __tablename__ = "calendar_overrides"
    __table_args__ = (Index(None, "programme_id", "day"),)
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programmes.id"))
    day: Mapped[date]
    is_study_day: Mapped[bool]
    reason: Mapped[str] = mapped_column(TypedText(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Completion(Base):
    """完成: the fact that a person completed an item; it meets every requirement that asks it."""

    __tablename__ = "completions"
    __table_args__ = (
        UniqueConstraint("person_id", "item_id", "source"),
        Index(None, "item_id"),
        CheckConstraint("recorded_at >= occurred_at", name="recorded_after"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"))
    channel: Mapped[Code]
    evidence: Mapped[Json]
    source: Mapped[str] = mapped_column(String(60))  # what makes a repeat the same fact
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Withdrawal(Base):
    """退回补学: a completion withdrawn, with a reason; once."""

    __tablename__ = "withdrawals"
    __table_args__ = (CheckConstraint("recorded_at >= occurred_at", name="recorded_after"),)
    id: Mapped[Id]
    completion_id: Mapped[int] = mapped_column(BigId, ForeignKey("completions.id"), unique=True)
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class RecordCode(Base):
    """学习档案的验证码: what a person's record said when it was printed, to be compared with the paper."""

    __tablename__ = "record_codes"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    digest: Mapped[str] = mapped_column(String(64))
    summary: Mapped[Json]
    recorded_at: Mapped[datetime]


class CreditHours(Base):
    """学时 of a reading, an exam or a session, in tenths; the newest row of each holds, 0 sets none."""

    __tablename__ = "credit_hours"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN reading_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN exam_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN session_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
        CheckConstraint("tenths >= 0", name="not_negative"),
        Index(None, "reading_id"),
        Index(None, "exam_id"),
        Index(None, "session_id"),
    )
    id: Mapped[Id]
    reading_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("readings.id"))
    exam_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams.id"))
    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("study_sessions.id"))
    tenths: Mapped[int]
    for_everybody: Mapped[bool]  # 辅警 too
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class HoursRecognition(Base):
    """学时 of a person recognised by a document, as many as it was then."""

    __tablename__ = "hours_recognitions"
    __table_args__ = (
        UniqueConstraint("person_id", "reading_id"),
        UniqueConstraint("person_id", "exam_id"),
        Index("uq_hours_recognitions_person_id_session_id", "person_id", "session_id", unique=True),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    reading_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("readings.id"))
    exam_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams.id"))
    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("study_sessions.id"))
    tenths: Mapped[int]
    document: Mapped[str] = mapped_column(TypedText(200))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
