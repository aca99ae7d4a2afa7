"""Tables of reports: issues frozen at their cut-off, each unit's figures in them, remarks of heads."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
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

_SIGNED = text("kind = 'signature'")


class ReportIssue(Base):
    """One issue of a stage's report: cut off when, after which one, whole with how many units.

    `stage_id` is the stage's identity over revisions; `header` what holds for every unit: the stage's
    names and days, time share, checkpoint, exams.
    """

    __tablename__ = "report_issues"
    __table_args__ = (UniqueConstraint("stage_id", "kind", "cut_off"),)
    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    kind: Mapped[Code]
    number: Mapped[int]
    cut_off: Mapped[datetime]
    previous_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("report_issues.id"))
    units: Mapped[int]
    header: Mapped[Json]
    recorded_at: Mapped[datetime]


class UnitReport(Base):
    """A unit in an issue: under which unit it was, its own members' figures, and with all below it.

    `corrected` are the counts of the issue before as they are known at this cut-off.
    """

    __tablename__ = "unit_reports"
    __table_args__ = (Index(None, "issue_id", "parent_id"), {"sqlite_with_rowid": False})
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("report_issues.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(BigId, ForeignKey("units.id"), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"))
    ordinal: Mapped[int]
    name: Mapped[Name]
    own: Mapped[Json]
    figures: Mapped[Json]
    corrected: Mapped[Json | None]


class ReportRemark(Base):
    """What a head adds to a unit's report: a comment, or the signature, which there is once."""

    __tablename__ = "report_remarks"
    __table_args__ = (
        Index(None, "issue_id", "unit_id"),
        Index(
            "uq_report_remarks_signature",
            "issue_id",
            "unit_id",
            unique=True,
            sqlite_where=_SIGNED,
            postgresql_where=_SIGNED,
        ),
    )
    id: Mapped[Id]
    issue_id: Mapped[int] = mapped_column(BigId, ForeignKey("report_issues.id"))
    unit_id: Mapped[UnitRef]
    kind: Mapped[Code]
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class Briefing(Base):
    """简报 or 通报 of a unit, drawn from a frozen report, or 月计划通知, drawn from the plan of a `month`:
    numbered when it is issued, in its year and in all.

    `content` is what it says with its figures marked; `words` what its authors wrote themselves.
    """

    __tablename__ = "briefings"
    __table_args__ = (
        UniqueConstraint("unit_id", "kind", "serial"),
        Index(None, "unit_id", "id"),
        Index(None, "check_code"),
    )
    id: Mapped[Id]
    kind: Mapped[Code]
    unit_id: Mapped[UnitRef]
    issue_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("report_issues.id"))
    month: Mapped[date | None]
    exam_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exams.id"))
    words: Mapped[Json]
    content: Mapped[Json]
    year: Mapped[int | None]
    number: Mapped[int | None]
    serial: Mapped[int | None]
    check_code: Mapped[str | None] = mapped_column(String(8))
    drafted_by: Mapped[PersonRef]
    drafted_at: Mapped[datetime]
    issued_by: Mapped[MaybePersonRef]
    issued_at: Mapped[datetime | None]
