"""The completions of a person with their evidence, and which exams are within reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams.models import Exam
from learnapp.db.study.models import Completion, Item, Withdrawal


@dataclass(frozen=True)
class Done:
    """A completion of an item, and its withdrawal if it was withdrawn."""

    completion: Completion
    item: Item
    withdrawal: Withdrawal | None


def completions_of(
    session: Session, person_id: int, page: int, size: int
) -> tuple[list[Done], int]:
    """A page of a person's completions, the newest first, and how many there are."""
    wanted = (
        select(Completion, Item, Withdrawal)
        .join(Item, Item.id == Completion.item_id)
        .outerjoin(Withdrawal, Withdrawal.completion_id == Completion.id)
        .where(Completion.person_id == person_id)
    )
    total = session.scalar(
        select(func.count()).select_from(Completion).where(Completion.person_id == person_id)
    )
    rows = session.execute(
        wanted.order_by(Completion.occurred_at.desc(), Completion.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [Done(*row) for row in rows], total or 0


def completion_of(session: Session, person_id: int, completion_id: int) -> Done | None:
    """A completion of the person; None for anybody else's."""
    row = session.execute(
        select(Completion, Item, Withdrawal)
        .join(Item, Item.id == Completion.item_id)
        .outerjoin(Withdrawal, Withdrawal.completion_id == Completion.id)
        .where(Completion.id == completion_id, Completion.person_id == person_id)
    ).one_or_none()
    return None if row is None else Done(*row)


def exams_within(session: Session, exam_ids: Collection[int], reach: Select[int]) -> set[int]:
    """Which of these exams belong to units within reach."""
    wanted = select(Exam.id).where(Exam.id.in_(list(exam_ids)), Exam.owner_unit_id.in_(reach))
    return set(session.scalars(wanted))
