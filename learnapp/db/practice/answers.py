"""Named queries of a person's own answers in practice."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankCategory, BankQuestion, QuestionVersion
from learnapp.db.practice.free_practice import under
from learnapp.db.practice.models import Favourite, PracticeAnswer


def answer_of_event(session: Session, person_id: int, event_id: str) -> int:
    """The id of the answer that the person gave by this event, which is there."""
    return session.scalars(
        select(PracticeAnswer.id).where(
            PracticeAnswer.person_id == person_id, PracticeAnswer.event_id == event_id
        )
    ).one()


def answer_of(session: Session, person_id: int | None, answer_id: int) -> PracticeAnswer | None:
    """An answer of the person; None for anybody else's."""
    return session.scalar(
        select(PracticeAnswer).where(
            PracticeAnswer.id == answer_id, PracticeAnswer.person_id == person_id
        )
    )


class ShelfRecall(NamedTuple):
    """How many questions of a category of a bank were last answered so ("": outside of any)."""

    bank_id: int
    category: str
    recall: str
    questions: int


def _latest(person_id: int) -> Select[int]:
    """The ids of the person's last answer to each question."""
    return (
        select(func.max(PracticeAnswer.id))
        .where(PracticeAnswer.person_id == person_id)
        .group_by(PracticeAnswer.question_id)
    )


def last_recalls(session: Session, person_id: int) -> list[ShelfRecall]:
    """How the person last answered what they practised, in counts by bank and category."""
    path = func.coalesce(BankCategory.path, "")
    rows = session.execute(
        select(QuestionVersion.bank_id, path, PracticeAnswer.recall, func.count())
        .select_from(PracticeAnswer)
        .join(QuestionVersion, QuestionVersion.id == PracticeAnswer.version_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(PracticeAnswer.id.in_(_latest(person_id)))
        .group_by(QuestionVersion.bank_id, path, PracticeAnswer.recall)
    )
    return [ShelfRecall(*row) for row in rows]


def last_answers(session: Session, person_id: int, count: int) -> list[PracticeAnswer]:
    """The person's last answers, the newest first."""
    wanted = select(PracticeAnswer).where(PracticeAnswer.person_id == person_id)
    return list(session.scalars(wanted.order_by(PracticeAnswer.id.desc()).limit(count)))


def answered_on_shelf(
    session: Session, person_id: int, bank_id: int, category: str
) -> list[PracticeAnswer]:
    """The person's last answer to each question of a category of a bank that they practised, the
    oldest first; an empty category is the bank."""
    wanted = (
        select(PracticeAnswer)
        .join(QuestionVersion, QuestionVersion.id == PracticeAnswer.version_id)
        .join(BankQuestion, BankQuestion.id == PracticeAnswer.question_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            PracticeAnswer.id.in_(_latest(person_id)),
            QuestionVersion.bank_id == bank_id,
            BankQuestion.retired_at.is_(None),
        )
        .order_by(PracticeAnswer.id)
    )
    return list(session.scalars(wanted.where(under(category)) if category else wanted))


def favourite(session: Session, person_id: int, question_id: int) -> Favourite | None:
    """The person's mark on a question."""
    return session.get(Favourite, (person_id, question_id))


class FavouriteRow(NamedTuple):
    """A question that was marked, as its list shows it."""

    question_id: int
    answer_id: int  # the person's last answer to it
    type: str
    stem: Any
    category: str | None


def favourites_of(session: Session, person_id: int) -> list[FavouriteRow]:
    """The questions that the person marked and that are in force, the newest mark first."""
    answered = (
        select(func.max(PracticeAnswer.id))
        .where(
            PracticeAnswer.person_id == person_id,
            PracticeAnswer.question_id == Favourite.question_id,
        )
        .correlate(Favourite)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Favourite.question_id,
            answered,
            QuestionVersion.type,
            QuestionVersion.stem,
            BankCategory.path,
        )
        .join(QuestionVersion, QuestionVersion.question_id == Favourite.question_id)
        .join(BankQuestion, BankQuestion.id == Favourite.question_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            Favourite.person_id == person_id,
            QuestionVersion.status == "published",
            BankQuestion.retired_at.is_(None),
        )
        .order_by(Favourite.added_at.desc(), Favourite.question_id)
    )
    return [FavouriteRow(*row) for row in rows]
