"""Rows and named queries of the way back (补学): which sections were read after a failed attempt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from learnapp.db import marks
from learnapp.db.bank import QuestionVersion
from learnapp.db.base import Base, BigId
from learnapp.db.exams import Attempt, ExamWindow, Mark, PaperQuestion, Result
from learnapp.db.study import Portion, Reading, ReadingSection, ReadingVersion
from learnapp.domain.exams import AttemptState


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


def last_attempt(session: Session, person_id: int, exam_id: int) -> Any | None:
    """(id, public id, passed) of the person's newest attempt in the exam that was handed in."""
    passed = (
        select(Result.passed)
        .where(Result.attempt_id == Attempt.id)
        .order_by(Result.number.desc())
        .limit(1)
        .correlate(Attempt)
        .scalar_subquery()
    )
    return session.execute(
        select(Attempt.id, Attempt.public_id, passed.label("passed"))
        .where(
            Attempt.person_id == person_id,
            Attempt.exam_id == exam_id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.id.desc())
        .limit(1)
    ).one_or_none()


def window_of(session: Session, exam_id: int, kind: str) -> ExamWindow | None:
    """The exam's newest window of a kind."""
    return session.scalars(
        select(ExamWindow)
        .where(ExamWindow.exam_id == exam_id, ExamWindow.kind == kind)
        .order_by(ExamWindow.id.desc())
        .limit(1)
    ).first()


def wrong_in(session: Session, attempt_id: int) -> Sequence[Any]:
    """(question id, source, law) of what an attempt did not answer rightly."""
    return session.execute(
        select(QuestionVersion.question_id, QuestionVersion.source, QuestionVersion.law)
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .join(Mark, marks.of_place())
        .where(
            PaperQuestion.attempt_id == attempt_id,
            func.coalesce(Mark.right, False).is_(False),
            marks.stands(),
        )
        .order_by(PaperQuestion.ordinal)
    ).all()


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
