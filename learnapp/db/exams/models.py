"""Tables of blueprints, exams, windows, pools and what was corrected of a window."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
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
    Document,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths

_IN_FORCE = text("state IN ('asked', 'approved')")


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
    category: Mapped[str | None] = mapped_column(TypedText(lengths.LINE))
    difficulty: Mapped[int | None]
    count: Mapped[int]
    marks: Mapped[int]


class BlueprintFixed(Base):
    """A question that is on every paper of a blueprint, in the first cell that takes it."""

    __tablename__ = "blueprint_fixed"
    blueprint_id: Mapped[int] = mapped_column(BigId, ForeignKey("blueprints.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"), primary_key=True)


class ExamSeries(Base):
    """Exams of one kind that were planned together for a programme and can be changed together."""

    __tablename__ = "exam_series"
    __table_args__ = (Index(None, "programme_id"),)
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programmes.id"))
    kind: Mapped[Code]
    name: Mapped[Name]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Exam(Base):
    """周测, 月考, 阶段测试 or 练习."""

    __tablename__ = "exams"
    __table_args__ = (
        CheckConstraint("duration_s > 0 AND pass_mark >= 0 AND tries > 0", name="positive"),
        CheckConstraint("markers IN (1, 2)", name="markers"),
        Index(None, "series_id"),
    )
    id: Mapped[Id]
    owner_unit_id: Mapped[UnitRef]
    series_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exam_series.id"))
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


class PackedJson:
    """The candidates of a pool in the form that is stored: compressed, a tenth of the size; a large
    bank's are packed before the write lock is taken."""

    def __init__(self, rows: list[list[Any]]) -> None:
        whole = json.dumps(rows, separators=(",", ":")).encode()
        self.text = base64.b64encode(zlib.compress(whole, 1)).decode()


class _PackedRows(TypeDecorator[Any]):
    """Rows as a list; stored packed, as a text in JSON. Pools of old are lists in the database too."""

    impl = Document
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return (value if isinstance(value, PackedJson) else PackedJson(value)).text

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if isinstance(value, str):
            return json.loads(zlib.decompress(base64.b64decode(value)))
        return value


class DrawPool(Base):
    """What a window's papers are drawn from, as it was when the first was drawn.

    `candidates` are [version, type, category path, difficulty, facility, passage] and True for a
    question of an earlier paper of the exam, `fixed` the versions on every paper; `seed` draws the
    one paper of an exam that has one for all.
    """

    __tablename__ = "draw_pools"
    __table_args__ = (UniqueConstraint("exam_id", "fingerprint"),)
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    candidates: Mapped[Any] = mapped_column(_PackedRows)
    fixed: Mapped[Json] = mapped_column(default=list, server_default="[]")
    seed: Mapped[str] = mapped_column(String(64), default="", server_default="")
    recorded_at: Mapped[datetime]


class ExamWindow(Base):
    """A batch, make-up, retake or resit: when an exam may be sat; half-open.

    `keys_shown_at` is the instant from which the keys of its papers are open; `overlap` how many
    questions of earlier papers of the exam its own may repeat, None while that is not known.
    `condensed_at`: since when each answer of its papers has one event, what it replaced is gone.
    """

    __tablename__ = "exam_windows"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="times"),
        Index(None, "exam_id"),
        Index(None, "state", "opens_at"),
        Index(None, "keys_shown_at", "opens_at"),
        Index(
            "ix_exam_windows_to_condense",
            "keys_shown_at",
            sqlite_where=text("condensed_at IS NULL"),
            postgresql_where=text("condensed_at IS NULL"),
        ),
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
    condensed_at: Mapped[datetime | None]
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
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Dispensation(Base):
    """缓考 or 免考 of a person in an exam: asked by one, decided by another; `state` says how far it is.

    `until`: the last day of a deferral. `absence_id`: what an approval does to what falls due.
    """

    __tablename__ = "dispensations"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> recorded_by", name="two_people"),
        Index(
            "uq_dispensations_in_force",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index(None, "state", "id"),
        Index(None, "window_id"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"))
    person_id: Mapped[PersonRef]
    kind: Mapped[Code]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    state: Mapped[Code]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    remark: Mapped[str] = mapped_column(TypedText(lengths.LINE), default="", server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybePersonRef]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[MaybePersonRef]
    withdrawn_because: Mapped[str] = mapped_column(
        TypedText(lengths.LINE), default="", server_default=""
    )
    absence_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("absences.id"))


class MarksRelease(Base):
    """Marks of an exam released by hand."""

    __tablename__ = "marks_releases"
    id: Mapped[Id]
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"), unique=True)
    released_at: Mapped[datetime]
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
    text: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class CorrectionKind(StrEnum):
    """A window's times were changed, it was cancelled, or its cancellation was withdrawn; or it was
    added to an exam whose first windows are all cancelled."""

    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    ADDED = "added"


class WindowCorrection(Base):
    """A change of a window: the times before (`opens_before`, `closes_before`) and from then on.

    `due_from` and `due_to`: what falls due at the one falls due at the other from then on, for the
    requirements that ask the exam; both None where nothing was to come, or nothing moves.
    """

    __tablename__ = "window_corrections"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="times"),
        Index(None, "window_id"),
        Index(None, "exam_id"),
    )
    id: Mapped[Id]
    window_id: Mapped[int] = mapped_column(BigId, ForeignKey("exam_windows.id"))
    exam_id: Mapped[int] = mapped_column(BigId, ForeignKey("exams.id"))
    kind: Mapped[Code]
    opens_before: Mapped[datetime]
    closes_before: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    due_from: Mapped[datetime | None]
    due_to: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
