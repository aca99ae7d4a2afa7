"""Tables of guidance groups: what they found with the unit's answers, and what they opened."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.db.core.base import Base, BigId, Code, Id, Name, PersonRef, TypedText, UnitRef
from learnapp.domain.core import lengths


class GroupFinding(Base):
    """A problem that a guidance group found at a unit, and what is asked of it by a day."""

    __tablename__ = "findings"
    __table_args__ = (Index(None, "unit_id", "state", "due_on"), Index(None, "recorded_by"))
    id: Mapped[Id]
    unit_id: Mapped[UnitRef]
    title: Mapped[Name]
    found: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    asked: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    due_on: Mapped[date]
    state: Mapped[Code]
    recorded_by: Mapped[PersonRef]
    recorded_at: Mapped[datetime]


class FindingEntry(Base):
    """A step about a finding with its words: the unit's answer, the group's decision; only ever added."""

    __tablename__ = "finding_entries"
    __table_args__ = (Index(None, "finding_id"),)
    id: Mapped[Id]
    finding_id: Mapped[int] = mapped_column(BigId, ForeignKey("findings.id"))
    step: Mapped[Code]
    text: Mapped[str] = mapped_column(TypedText(lengths.PARAGRAPH))
    recorded_by: Mapped[PersonRef]
    recorded_at: Mapped[datetime]


class Visit(Base):
    """A page that a member of a guidance group opened by this right: for the group alone."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    title: Mapped[Name]
    path: Mapped[str] = mapped_column(String(400))
    recorded_at: Mapped[datetime]
