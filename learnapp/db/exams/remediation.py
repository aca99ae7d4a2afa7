"""Named queries of remediation (补学): which sections were read after a failed exam."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.models import BankCategory, QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Mark, PaperQuestion, RemedyReading
from learnapp.db.study.models import Portion, Reading, ReadingSection, ReadingVersion


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of an attempt: what it rests on, its place, its category's path (None: none)."""

    question_id: int
    source: str
    law: str
    ordinal: int
    category: str | None


def asked_in(session: Session, attempt_id: int, wrong_only: bool) -> list[AskedQuestion]:
    """What an attempt was asked, or did not answer rightly, in the order of the paper."""
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
        wanted = wanted.join(Mark, current_marks.of_place()).where(
            wrong, current_marks.is_current()
        )
    return [AskedQuestion(*row) for row in session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class SectionToRead:
    """A section of a reading, with its reading's title and category, and the question that checks
    its portion (None: none)."""

    version_id: int
    ordinal: int
    portion_id: int
    heading: str
    html: str
    length: int
    title: str
    category: str
    check_question_id: int | None


def sections_of(session: Session, portions: Collection[int]) -> list[SectionToRead]:
    """The sections of these portions, as the newest versions of their readings have them."""
    newest = (
        select(func.max(ReadingVersion.number))
        .where(ReadingVersion.reading_id == Reading.id)
        .correlate(Reading)
        .scalar_subquery()
    )
    check = aliased(QuestionVersion)
    rows = session.execute(
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
            one_of(ReadingSection.portion_id, portions),
            ReadingVersion.number == newest,
            Reading.retired_at.is_(None),
        )
        .order_by(Reading.id, ReadingSection.ordinal)
    )
    return [SectionToRead(*row) for row in rows]


def read_after(session: Session, attempt_id: int) -> set[tuple[int, int]]:
    """(version id, ordinal) of the sections read since this attempt failed."""
    rows = session.execute(
        select(RemedyReading.version_id, RemedyReading.ordinal).where(
            RemedyReading.attempt_id == attempt_id
        )
    )
    return {(version_id, ordinal) for version_id, ordinal in rows}
