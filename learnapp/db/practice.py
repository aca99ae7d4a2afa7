"""Rows and named queries of practice: answers outside exams, and what may be practised by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Float,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from learnapp.db import windows
from learnapp.db.bank import Bank, BankCategory, QuestionVersion
from learnapp.db.base import Base, BigId, Code, Id, Json, PersonRef
from learnapp.db.exams import Attempt, DrawPool, ExamWindow, PaperQuestion
from learnapp.db.facts import in_force
from learnapp.db.people import Membership, Placement
from learnapp.domain.calendar import local_day
from learnapp.domain.exams import AttemptState


class PracticeAnswer(Base):
    """An answer given outside an exam: its key was told after it. `event_id` also orders options."""

    __tablename__ = "practice_answers"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index(None, "person_id", "question_id"),
    )
    id: Mapped[Id]
    person_id: Mapped[PersonRef]
    event_id: Mapped[str] = mapped_column(String(36))
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_versions.id"))
    key_revision_id: Mapped[int] = mapped_column(BigId, ForeignKey("key_revisions.id"))
    response: Mapped[Json | None]
    recall: Mapped[Code]
    recorded_at: Mapped[datetime]


class NotebookCard(Base):
    """How well a person knows a question, derived from their answers and kept for the schedule."""

    __tablename__ = "notebook_cards"
    person_id: Mapped[PersonRef] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("questions.id"), primary_key=True)
    stability: Mapped[float] = mapped_column(Float)
    difficulty: Mapped[float] = mapped_column(Float)
    recall: Mapped[Code]
    reviewed_at: Mapped[datetime]
    due_at: Mapped[datetime]


def units_over(person_id: int, today: date) -> Select[tuple[int]]:
    """The units the person belongs to today and all above them, on every line."""
    place = aliased(Placement)
    up = (
        select(Membership.unit_id.label("unit_id"), Membership.line_id.label("line_id"))
        .where(Membership.person_id == person_id, in_force(Membership, today))
        .cte("over_me", recursive=True)
    )
    step = (
        select(place.parent_id, place.line_id)
        .join(up, (place.child_id == up.c.unit_id) & (place.line_id == up.c.line_id))
        .where(place.parent_id.is_not(None), in_force(place, today))
    )
    whole = up.union(step)
    return select(whole.c.unit_id)


def practicable(person_id: int, now: datetime) -> list[Any]:
    """Conditions on a version and its bank: published for practice, in force, from units over one."""
    day = local_day(now)
    return [
        Bank.retired_at.is_(None),
        Bank.owner_unit_id.in_(units_over(person_id, day)),
        QuestionVersion.status == "published",
        QuestionVersion.use.in_(("practice", "both")),
        or_(QuestionVersion.effective_from.is_(None), QuestionVersion.effective_from <= day),
        or_(QuestionVersion.effective_to.is_(None), QuestionVersion.effective_to > day),
    ]


def shelves(session: Session, person_id: int, now: datetime) -> Sequence[Any]:
    """(bank id, bank, category path or None, questions) that the person may practise."""
    return session.execute(
        select(Bank.id, Bank.name, BankCategory.path, func.count())
        .join(QuestionVersion, QuestionVersion.bank_id == Bank.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(*practicable(person_id, now))
        .group_by(Bank.id, Bank.name, BankCategory.path)
        .order_by(Bank.id, BankCategory.path)
    ).all()


def pinned(
    session: Session, person_id: int, question_ids: Collection[int], now: datetime
) -> set[int]:
    """Those of the questions that stand on a paper of an exam that is not over, or on one that the
    person is answering, whatever it is for."""
    found = _on_own_papers(session, person_id)
    going = list(session.scalars(windows.going_on(now)))
    if not going or not question_ids:
        return found & set(question_ids)
    # Papers of years lie under the same versions; those of exams that go on are the newest.
    first = session.scalar(
        select(func.min(Attempt.id))
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(ExamWindow.exam_id.in_(going))
    )
    if first is not None:
        on_papers = (
            select(QuestionVersion.question_id)
            .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(
                QuestionVersion.question_id.in_(list(question_ids)),
                PaperQuestion.attempt_id >= first,
                Attempt.exam_id.in_(going),
            )
            .distinct()
        )
        found |= set(session.scalars(on_papers))
    pools = session.scalars(select(DrawPool.fixed).where(DrawPool.exam_id.in_(going)))
    fixed = {version_id for pool in pools for version_id in pool}
    if fixed:
        found |= set(
            session.scalars(
                select(QuestionVersion.question_id).where(
                    QuestionVersion.id.in_(fixed),
                    QuestionVersion.question_id.in_(list(question_ids)),
                )
            )
        )
    return found & set(question_ids)


def _on_own_papers(session: Session, person_id: int) -> set[int]:
    """The questions that the person is answering in an exam right now."""
    return set(
        session.scalars(
            select(QuestionVersion.question_id)
            .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.person_id == person_id, Attempt.state == AttemptState.OPEN)
        )
    )


def some_to_practise(
    session: Session,
    person_id: int,
    now: datetime,
    bank_id: int,
    category: str,
    anew: bool,
    chance: float,
    count: int,
) -> Sequence[Any]:
    """(version id, question id) of up to `count` that may be practised, from a random place on.

    `anew`: those never practised; else the longest ago first. `chance` is from 0 to 1.
    """
    rows, mine = _on_shelf(person_id, now, bank_id, category)
    if not anew:
        return session.execute(rows.where(mine.is_not(None)).order_by(mine).limit(count)).all()
    rows = rows.where(mine.is_(None)).order_by(QuestionVersion.id).limit(count)
    low, high = session.execute(
        select(func.min(QuestionVersion.id), func.max(QuestionVersion.id)).where(
            QuestionVersion.bank_id == bank_id, QuestionVersion.status == "published"
        )
    ).one()
    if low is None:
        return []
    start = low + int(chance * (high - low + 1))
    after = session.execute(rows.where(QuestionVersion.id >= start)).all()
    if len(after) >= count:
        return after
    return [*after, *session.execute(rows.where(QuestionVersion.id < start)).all()]


def _on_shelf(
    person_id: int, now: datetime, bank_id: int, category: str
) -> tuple[Select[Any], ScalarSelect[Any]]:
    """(version id, question id) of what may be practised, and the person's last answer to each."""
    mine = (
        select(func.max(PracticeAnswer.id))
        .where(
            PracticeAnswer.person_id == person_id,
            PracticeAnswer.question_id == QuestionVersion.question_id,
        )
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    rows = (
        select(QuestionVersion.id, QuestionVersion.question_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(*practicable(person_id, now), QuestionVersion.bank_id == bank_id)
    )
    return (rows.where(under(category)) if category else rows), mine


def under(category: str) -> Any:
    """Condition: the category itself or one below it."""
    return or_(
        BankCategory.path == category,
        BankCategory.path.startswith(category + "/", autoescape=True),
    )


def may_practise(session: Session, person_id: int, now: datetime, version_id: int) -> bool:
    """Whether the person may practise this version; papers of open exams apart."""
    found = session.scalar(
        select(QuestionVersion.id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(QuestionVersion.id == version_id, *practicable(person_id, now))
    )
    return found is not None
