"""Tables of collective study: sessions, what they cover, ticks of the roll call, credit given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import (
    Base,
    BigId,
    Code,
    EventId,
    Id,
    Json,
    MaybePersonRef,
    Name,
    PersonRef,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths


class StudySession(Base):
    """集中学习: where, when and by whom, for the members of a unit with all below it on a line.

    `credited_through` is the last person whose credit agrees with the roll; None when all do.
    """

    __tablename__ = "study_sessions"
    __table_args__ = (Index(None, "unit_id", "starts_at"), Index(None, "credited_through"))
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines.id"))
    kind: Mapped[Code]
    title: Mapped[Name]
    host: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    place: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    starts_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[MaybePersonRef]
    credited_through: Mapped[int | None]


class SessionItem(Base):
    """An item that a session covers: who was there has completed it."""

    __tablename__ = "study_session_items"
    session_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("study_sessions.id"), primary_key=True
    )
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey("items.id"), primary_key=True)


class RollTick(Base):
    """A tick of a phone, by the id that the phone gave it; rows are only ever added."""

    __tablename__ = "roll_ticks"
    session_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("study_sessions.id"), primary_key=True
    )
    event_id: Mapped[str] = mapped_column(EventId, primary_key=True)
    person_id: Mapped[PersonRef]
    mark: Mapped[Code]
    seq: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class RollSheet(Base):
    """A signed sheet of a session as it was entered: it counts once somebody else has verified it.

    `marks`: what the sheet says of each person, by id. Of a session one at most waits.
    """

    __tablename__ = "roll_sheets"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> entered_by", name="two_people"),
        Index(
            "uq_roll_sheets_waiting",
            "session_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index(None, "session_id", "id"),
    )
    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("study_sessions.id"))
    marks: Mapped[Json]
    entered_by: Mapped[PersonRef]
    entered_at: Mapped[datetime]
    agrees: Mapped[bool | None]
    remark: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    decided_by: Mapped[MaybePersonRef]
    decided_at: Mapped[datetime | None]
