"""Tables of 补课重做: what a unit does again, of whom it was asked, who did it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Id,
    Json,
    MaybePersonRef,
    PersonRef,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


class Rework(Base):
    """A unit, with all below it on the stage's line, does items of a stage again by a day.

    `stage_id` is the stage's identity over revisions.
    """

    __tablename__ = "reworks"
    __table_args__ = (Index(None, "unit_id", "due_on"), Index(None, "stage_id"))
    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    unit_id: Mapped[UnitRef]
    reason: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    due_on: Mapped[date]
    recorded_by: Mapped[PersonRef]
    recorded_at: Mapped[datetime]
    withdrawn_by: Mapped[MaybePersonRef]
    withdrawn_at: Mapped[datetime | None]


class ReworkDuty(Base):
    """That a rework asks an item of a person: as it was when it was ordered."""

    __tablename__ = "rework_duties"
    __table_args__ = (Index(None, "person_id"), {"sqlite_with_rowid": False})
    rework_id: Mapped[int] = mapped_column(BigId, ForeignKey("reworks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"), primary_key=True)


class ReworkDone(Base):
    """That a person did an item again, with its evidence; once."""

    __tablename__ = "rework_done"
    __table_args__ = ({"sqlite_with_rowid": False},)
    rework_id: Mapped[int] = mapped_column(BigId, ForeignKey("reworks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"), primary_key=True)
    evidence: Mapped[Json]
    recorded_at: Mapped[datetime]
