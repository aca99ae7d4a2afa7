"""Rows about questions over time: their history, keys, who saw them, reports, regrades, statistics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from learnapp.db.bank import KeyRevision
from learnapp.db.base import Base, BigId, Code, Id, Json, MaybePersonRef, PersonRef
from learnapp.domain.rulings import Ruling


class VersionEvent(Base):
    """What was done with a question version, by whom, and why."""

    __tablename__ = "version_events"
    __table_args__ = (Index(None, "version_id"), Index(None, "recorded_by"))
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    deed: Mapped[Code]
    comment: Mapped[str] = mapped_column(String(1000))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class KeySight(Base):
    """命题回避: who has seen the key of a question may not sit an exam that may have it."""

    __tablename__ = "key_sights"
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
    seen_at: Mapped[datetime]


class QuestionReport(Base):
    """A question that somebody thinks is wrong, and what came of it; `question` is its place on the
    paper of the attempt from whose result it was reported."""

    __tablename__ = "question_reports"
    __table_args__ = (Index(None, "version_id"), Index(None, "state"), Index(None, "attempt_id"))
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    person_id: Mapped[PersonRef]
    attempt_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attempts.id"))
    question: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(1000))
    state: Mapped[Code]
    answer: Mapped[str] = mapped_column(String(1000))
    recorded_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[MaybePersonRef]


class Regrade(Base):
    """What a key revision changed: the one decision about it, and the counts."""

    __tablename__ = "regrades"
    id: Mapped[Id]
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"), unique=True)
    keeps_passes: Mapped[bool] = mapped_column(Boolean)
    counts: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[MaybePersonRef]


class Notice(Base):
    """Something a person is told once on their pages."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "person_id", "read_at"),)
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    code: Mapped[Code]
    params: Mapped[Json]
    recorded_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class ItemFigures(Base):
    """A version's statistics as of a moment; counted anew from the marks, never edited."""

    __tablename__ = "item_figures"
    version_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("question_versions.id"), primary_key=True
    )
    figures: Mapped[Json]
    concerns: Mapped[Json]
    as_of: Mapped[datetime]


_RULED, _NEWER = aliased(KeyRevision), aliased(KeyRevision)


def is_void(version_id: Any, *rulings: Ruling) -> ColumnElement[bool]:
    """Condition: the newest key revision of a version makes it void (by one of these rulings)."""
    voiding = rulings or tuple(each for each in Ruling if each.voids)
    newer = (
        select(_NEWER.id)
        .where(_NEWER.version_id == _RULED.version_id, _NEWER.number > _RULED.number)
        .exists()
    )
    return (
        select(_RULED.id)
        .where(_RULED.version_id == version_id, _RULED.ruling.in_(voiding), ~newer)
        .exists()
    )


def newest_key(session: Session, version_id: int) -> KeyRevision:
    """The key of a version as it stands."""
    return session.scalars(
        select(KeyRevision)
        .where(KeyRevision.version_id == version_id)
        .order_by(KeyRevision.number.desc())
        .limit(1)
    ).one()
