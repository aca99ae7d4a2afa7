"""Named queries of practice: what may be practised by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.models import Bank, BankCategory, QuestionVersion
from learnapp.db.bank.usable import for_practice
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import Exam
from learnapp.db.people.models import Membership, Placement
from learnapp.db.practice.models import PracticeAnswer
from learnapp.domain.core.calendar import local_day
from question_bank.kinds import QuestionType


def units_over(person_id: int, today: date) -> Select[int]:
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


def practice_conditions(person_id: int, now: datetime) -> list[ColumnElement[bool]]:
    """Conditions on a version and its bank: published for practice, in force, from units over one."""
    day = local_day(now)
    return [
        Bank.retired_at.is_(None),
        Bank.owner_unit_id.in_(units_over(person_id, day)),
        for_practice(day),
    ]


@dataclass(frozen=True)
class PracticeCategory:
    """What may be practised of a category of a bank ("": outside of any), and how much of it now."""

    bank_id: int
    bank: str
    category: str
    questions: int
    free: int


def shelves(
    session: Session, person_id: int, now: datetime, free: ColumnElement[bool]
) -> list[PracticeCategory]:
    """The categories that the person may practise; `free` is the condition on a version that no
    exam withholds."""
    rows = session.execute(
        select(
            Bank.id,
            Bank.name,
            func.coalesce(BankCategory.path, ""),
            func.count(),
            func.count(case((free, QuestionVersion.id))),
        )
        .join(QuestionVersion, QuestionVersion.bank_id == Bank.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(*practice_conditions(person_id, now))
        .group_by(Bank.id, Bank.name, BankCategory.path)
        .order_by(Bank.id, BankCategory.path)
    )
    return [PracticeCategory(*row) for row in rows]


def held_back(
    session: Session,
    person_id: int,
    now: datetime,
    exams: Collection[int],
    held: ColumnElement[bool],
) -> list[tuple[int, int]]:
    """(exam id, questions) that each of these exams withholds of what the person may practise;
    `held` is the condition on a version and an exam."""
    rows = session.execute(
        select(Exam.id, func.count())
        .select_from(Exam)
        .join(QuestionVersion, held)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(one_of(Exam.id, exams), *practice_conditions(person_id, now))
        .group_by(Exam.id)
        .order_by(Exam.id)
    )
    return [(exam_id, count) for exam_id, count in rows]


@dataclass(frozen=True)
class CategoryFilter:
    """A category of a bank, as one person may practise it at one time; an empty one is the bank."""

    person_id: int
    now: datetime
    bank_id: int
    category: str


def one_to_practise(
    session: Session, shelf: CategoryFilter, free: ColumnElement[bool], unseen: bool, chance: float
) -> int | None:
    """A version that may be practised and is `free`, from a random place on; None if there is none.

    `again`: one never practised; else the one practised the longest ago. `chance` is from 0 to 1.
    """
    rows, mine = _on_shelf(shelf)
    rows = rows.where(free)
    if not unseen:
        return session.scalar(rows.where(mine.is_not(None)).order_by(mine).limit(1))
    rows = rows.where(mine.is_(None)).order_by(QuestionVersion.id).limit(1)
    low, high = session.execute(
        select(func.min(QuestionVersion.id), func.max(QuestionVersion.id)).where(
            QuestionVersion.bank_id == shelf.bank_id, QuestionVersion.status == "published"
        )
    ).one()
    if low is None:
        return None
    start = low + int(chance * (high - low + 1))
    found = session.scalar(rows.where(QuestionVersion.id >= start))
    return found or session.scalar(rows.where(QuestionVersion.id < start))


def some_unseen(
    session: Session, shelf: CategoryFilter, free: ColumnElement[bool], count: int
) -> list[int]:
    """So many versions that may be practised, are `free` and were never practised; no short answers."""
    rows, mine = _on_shelf(shelf)
    wanted = rows.where(free, mine.is_(None), QuestionVersion.type != QuestionType.SHORT_ANSWER)
    return list(session.scalars(wanted.order_by(QuestionVersion.id).limit(count)))


def _on_shelf(shelf: CategoryFilter) -> tuple[Select[int], ScalarSelect[int | None]]:
    """The ids of what may be practised, and the person's last answer to each."""
    mine = (
        select(func.max(PracticeAnswer.id))
        .where(
            PracticeAnswer.person_id == shelf.person_id,
            PracticeAnswer.question_id == QuestionVersion.question_id,
        )
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    rows = (
        select(QuestionVersion.id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            *practice_conditions(shelf.person_id, shelf.now),
            QuestionVersion.bank_id == shelf.bank_id,
        )
    )
    return (rows.where(under(shelf.category)) if shelf.category else rows), mine


def under(category: str) -> ColumnElement[bool]:
    """Condition: the category itself or one below it."""
    return or_(
        BankCategory.path == category,
        BankCategory.path.startswith(category + "/", autoescape=True),
    )


def may_practise(
    session: Session, person_id: int, now: datetime, version_id: int, free: ColumnElement[bool]
) -> bool:
    """Whether the person may practise this version and it is `free`."""
    found = session.scalar(
        select(QuestionVersion.id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(QuestionVersion.id == version_id, free, *practice_conditions(person_id, now))
    )
    return found is not None
