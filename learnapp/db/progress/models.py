"""Tables of counters, derived from facts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    UnitRef,
)


class Standing(Base):
    """A counter, derived: what a counting member owed and did of a stage, as of `as_of`."""

    __tablename__ = "standings"
    __table_args__ = (
        Index(None, "stage_id", "unit_id"),
        Index(None, "person_id"),
        Index(None, "next_change_at"),
    )
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    unit_id: Mapped[UnitRef]
    owed: Mapped[int]
    done: Mapped[int]
    excused: Mapped[int]
    due: Mapped[int]
    due_done: Mapped[int]
    as_of: Mapped[datetime]
    next_change_at: Mapped[datetime]
