"""The table of 自选动作: what a unit offers its people beside what is required."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import Base, BigId, Id, MaybePersonRef, PersonRef, UnitRef


class UnitElective(Base):
    """A reading, an exam or a session that a unit offers all its people down its line, up to a day.

    `item_id`: what an exam or a session is completed by; a reading has an item for each portion.
    """

    __tablename__ = "unit_electives"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN reading_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_thing",
        ),
        CheckConstraint("last_day >= first_day", name="days"),
        *(
            Index(
                f"uq_unit_electives_{thing}",
                "unit_id",
                "line_id",
                f"{thing}_id",
                unique=True,
                sqlite_where=text("ended_at IS NULL"),
                postgresql_where=text("ended_at IS NULL"),
            )
            for thing in ("reading", "item")
        ),
        Index(None, "item_id"),
    )
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    reading_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("readings.id"))
    item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("items.id"))
    session_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("study_sessions.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[MaybePersonRef]
