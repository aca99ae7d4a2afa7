"""Tables of units, lines, persons, login names, memberships, grants and absences."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
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


class Unit(Base):
    """单位: nothing but its identity; its place in the tree is a placement."""

    __tablename__ = "units"
    __table_args__ = (Index(None, "name"),)
    id: Mapped[Id]
    name: Mapped[Name]
    name_en: Mapped[str | None] = mapped_column(TypedText(200))
    kind: Mapped[Code]
    level: Mapped[int]
    sort_key: Mapped[Name]
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class AuthorityLine(Base):
    """条 or 块: a hierarchy that units are placed on."""

    __tablename__ = "lines"
    __table_args__ = (
        Index(
            "uq_lines_one_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Name]
    name_en: Mapped[str | None] = mapped_column(TypedText(200))
    is_default: Mapped[bool]


class Placement(Base):
    """A unit under a parent on a line, half-open in days; an end is a superseding row."""

    __tablename__ = "placements"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        CheckConstraint("parent_id IS NULL OR parent_id <> child_id", name="not_itself"),
        Index(None, "line_id", "child_id"),
        Index(None, "line_id", "parent_id"),
    )
    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"))
    child_id: Mapped[UnitRef]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    supersedes_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("placements.id"), unique=True
    )


class Person(Base):
    """Identity alone; facts name the id."""

    __tablename__ = "people"
    __table_args__ = (
        Index(None, "name"),
        Index(None, "sort_key"),
        Index(
            None,
            "retired_at",
            sqlite_where=text("retired_at IS NOT NULL"),
            postgresql_where=text("retired_at IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    name: Mapped[Name]
    sort_key: Mapped[Name]
    search_key: Mapped[str] = mapped_column(String(400))  # name, pinyin, initials
    language: Mapped[str] = mapped_column(String(5), default="zh")
    text_size: Mapped[str] = mapped_column(String(5), default="1")
    theme: Mapped[str] = mapped_column(String(5), default="auto", server_default="auto")
    auto_next: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recorded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]  # since when they may not sign in; who and why: the audit


class PersonName(Base):
    """A name of a person from a day on; `people.name` is the newest of them. A correction puts right
    what was never true."""

    __tablename__ = "person_names"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    name: Mapped[Name]
    kind: Mapped[Code]  # change, correction
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class UnitName(Base):
    """A name of a unit from a day on; `units.name` is the newest of them."""

    __tablename__ = "unit_names"
    __table_args__ = (Index(None, "unit_id"),)
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    name: Mapped[Name]
    kind: Mapped[Code]  # change, correction
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class UnitPosition(Base):
    """建制序: a unit's place among its siblings from a day on; None: by pinyin, after those with one."""

    __tablename__ = "unit_positions"
    __table_args__ = (Index(None, "unit_id"),)
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    position: Mapped[int | None]
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class UnitDeed(Base):
    """What was done to a unit in one step: merged into another, split, its people deferred.

    `details` has what it made and ended, by which it can be undone; the undoing supersedes it.
    """

    __tablename__ = "unit_deeds"
    __table_args__ = (Index(None, "unit_id"), Index(None, "other_id"))
    id: Mapped[Id]
    kind: Mapped[Code]
    unit_id: Mapped[UnitRef]
    other_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("units.id"))
    valid_from: Mapped[date]
    details: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    supersedes_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("unit_deeds.id"), unique=True
    )


class LoginName(Base):
    """A dated name to sign in by; one holder at a time."""

    __tablename__ = "login_names"
    __table_args__ = (
        Index(
            "uq_login_names_current",
            "name",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    name: Mapped[str] = mapped_column(String(32))
    kind: Mapped[Code]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]


class Membership(Base):
    """任职: a person in a unit on a line, dated; an end or a correction is a superseding row."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        Index(None, "person_id", "line_id"),
        Index(None, "unit_id", "line_id"),
        Index(None, "valid_from"),
        Index(
            None,
            "valid_to",
            sqlite_where=text("valid_to IS NOT NULL"),
            postgresql_where=text("valid_to IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    unit_id: Mapped[UnitRef]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    basis: Mapped[Code]
    category: Mapped[Code]
    post: Mapped[str] = mapped_column(String(60), default="", server_default="")  # 岗位
    counts: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    supersedes_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("memberships.id"), unique=True
    )


class Grant(Base):
    """角色: a role over a unit, alone (line empty) or with all below it on a line, dated."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span"),
        Index(None, "person_id"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    role: Mapped[Code]
    unit_id: Mapped[UnitRef]
    line_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("lines.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    supersedes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("grants.id"), unique=True)


class Absence(Base):
    """请假 and its like, in civil days, both included; a correction is a superseding row.

    `item_id`: the exam's item that 缓考 or 免考 was approved for; None: whatever falls due.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        Index(None, "person_id"),
        Index(None, "last_day"),
        Index(None, "item_id"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    kind: Mapped[Code]
    effect: Mapped[Code]
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    cancelled: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]
    supersedes_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("absences.id"), unique=True)
    item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("items.id"))


class LeaveReport(Base):
    """值班、请假的报备: days away that a person reports of themselves, until somebody with the right
    decides: `absence_id` is the absence it became, `answer` why it did not."""

    __tablename__ = "leave_reports"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        Index(None, "person_id"),
        Index(
            "ix_leave_reports_waiting",
            "person_id",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    kind: Mapped[Code]
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    recorded_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[MaybePersonRef]
    absence_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("absences.id"))
    answer: Mapped[str] = mapped_column(TypedText(lengths.LINE))
