"""Tables of notices to people."""

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
    PersonRef,
    TypedText,
    UnitRef,
)
from learnapp.domain.core import lengths

_REMINDS = text("state IN ('waiting', 'sent')")
_CHASED = text("state IN ('draft', 'issued')")


class Notice(Base):
    """A message that a person gets once, on their pages."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "person_id", "read_at"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    code: Mapped[Code]
    params: Mapped[Json]
    recorded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Reminder(Base):
    """提醒 as it was asked for: of which people of a unit, about what, on which channels.

    `people` are those who were chosen by hand, None for all whom the rule means; `cursor` is the last
    person who was looked at, `expanded_at` when all were.
    """

    __tablename__ = "reminders"
    __table_args__ = (Index(None, "unit_id"), Index(None, "expanded_at"))
    id: Mapped[Id]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    unit_id: Mapped[UnitRef]
    rule: Mapped[Code]
    people: Mapped[Json | None]
    addition: Mapped[str] = mapped_column(TypedText(lengths.LINE))
    channels: Mapped[Json]
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")
    expanded_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[PersonRef]


class ReminderToPerson(Base):
    """A reminder to one person, sent from `send_at` on: of a cause once in the week in which it is sent.
    One that came to nothing (needless, away) does not count."""

    __tablename__ = "reminder_people"
    __table_args__ = (
        Index(
            "ix_reminder_people_once_a_week",
            "person_id",
            "cause",
            "week",
            unique=True,
            sqlite_where=_REMINDS,
            postgresql_where=_REMINDS,
        ),
        Index(None, "state", "send_at"),
    )
    reminder_id: Mapped[int] = mapped_column(BigId, ForeignKey("reminders.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("people.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(String(60))
    week: Mapped[date]
    send_at: Mapped[datetime]
    state: Mapped[Code]
    ended_at: Mapped[datetime | None]


class OutgoingMessage(Base):
    """A message on an outer channel: tried from `next_at` on, so often so far, with what was wrong."""

    __tablename__ = "outgoing_messages"
    __table_args__ = (
        UniqueConstraint("reminder_id", "person_id", "channel"),
        Index(None, "state", "next_at"),
    )
    id: Mapped[Id]
    reminder_id: Mapped[int] = mapped_column(BigId, ForeignKey("reminders.id"))
    person_id: Mapped[PersonRef]
    channel: Mapped[Code]
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    state: Mapped[Code]
    tries: Mapped[int]
    next_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(TypedText(200))


class Chase(Base):
    """提醒函 or 督办单: a unit is asked to put its figures right by a day, and when that is done.

    Of a unit, stage and kind one at most is drafted or issued. `stage_id` is the stage's identity over
    revisions.
    """

    __tablename__ = "chases"
    __table_args__ = (
        Index(
            "uq_chases_active",
            "unit_id",
            "stage_id",
            "kind",
            unique=True,
            sqlite_where=_CHASED,
            postgresql_where=_CHASED,
        ),
        Index(None, "state", "due_on"),
        Index(None, "owner_id"),
        Index(None, "stage_id", "issued_at"),
    )
    id: Mapped[Id]
    kind: Mapped[Code]
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    unit_id: Mapped[UnitRef]
    owner_id: Mapped[PersonRef]
    reason: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    condition: Mapped[Code]
    target: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[Code]
    drafted_by: Mapped[PersonRef]
    drafted_at: Mapped[datetime]
    approved_by: Mapped[MaybePersonRef]
    issued_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
