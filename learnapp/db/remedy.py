"""Rows and named queries of the way back (补学): which sections were read after a failed attempt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from learnapp.db import marks
from learnapp.db.bank import BankCategory, QuestionVersion
from learnapp.db.base import Base, BigId
from learnapp.db.exams import Mark, PaperQuestion
from learnapp.db.study import Portion, Reading, ReadingSection, ReadingVersion


class RemedyReading(Base):
    """A section that was read again because of a failed attempt."""

    __tablename__ = "remedy_readings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "ordinal"],
            ["reading_sections.version_id", "reading_sections.ordinal"],
            name="fk_remedy_readings_section",
        ),
    )
    attempt_id: Mapped[int] = mapped_column(BigId, ForeignKey("attempts.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]


def asked_in(session: Session, attempt_id: int, wrong_only: bool) -> Sequence[Any]:
    """(question id, source, law, ordinal, category path) of what an attempt was asked, or did not
    answer rightly."""
    wanted = (
        select(
            QuestionVersion.question_id,
            QuestionVersion.source,
            QuestionVersion.law,
            PaperQuestion.ordinal,
            BankCategory.path.label("category"),
        )
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(PaperQuestion.attempt_id == attempt_id)
        .order_by(PaperQuestion.ordinal)
    )
    if wrong_only:
        wrong = Mark.right.is_(False)
        wanted = wanted.join(Mark, marks.of_place()).where(wrong, marks.stands())
    return session.execute(wanted).all()


def sections_of(session: Session, portions: Collection[int]) -> Sequence[Any]:
    """The sections of these portions, as the newest versions of their readings have them."""
    newest = (
        select(func.max(ReadingVersion.number))
        .where(ReadingVersion.reading_id == Reading.id)
        .correlate(Reading)
        .scalar_subquery()
    )
    check = aliased(QuestionVersion)
    return session.execute(
        select(
            ReadingSection.version_id,
            ReadingSection.ordinal,
            ReadingSection.portion_id,
            ReadingSection.heading,
            ReadingSection.html,
            ReadingSection.length,
            ReadingVersion.title,
            ReadingVersion.category,
            check.question_id.label("check_question_id"),
        )
        .join(ReadingVersion, ReadingVersion.id == ReadingSection.version_id)
        .join(Reading, Reading.id == ReadingVersion.reading_id)
        .join(Portion, Portion.id == ReadingSection.portion_id)
        .outerjoin(check, check.id == Portion.check_version_id)
        .where(
            ReadingSection.portion_id.in_(list(portions)),
            ReadingVersion.number == newest,
            Reading.retired_at.is_(None),
        )
        .order_by(Reading.id, ReadingSection.ordinal)
    ).all()


def read_after(session: Session, attempt_id: int) -> set[tuple[int, int]]:
    """(version id, ordinal) of the sections read since this attempt failed."""
    rows = session.execute(
        select(RemedyReading.version_id, RemedyReading.ordinal).where(
            RemedyReading.attempt_id == attempt_id
        )
    )
    return {(version_id, ordinal) for version_id, ordinal in rows}
