"""Named queries of completions, their withdrawals, and the answers that a completion needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.current_keys import is_void
from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Membership, Person
from learnapp.db.study.models import CheckAnswer, Completion, Withdrawal


@dataclass(frozen=True)
class Withdrawals:
    """How often a completion of an item was withdrawn, and when last."""

    count: int
    last_at: datetime | None


def standing_completion(session: Session, person_id: int, item_id: int) -> Completion | None:
    """The person's completion of the item that holds now, if any."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    return session.scalars(
        select(Completion)
        .where(
            Completion.person_id == person_id,
            Completion.item_id == item_id,
            ~withdrawn.exists(),
        )
        .order_by(Completion.id)
        .limit(1)
    ).first()


def withdrawals_of(session: Session, person_id: int, item_id: int) -> Withdrawals:
    """How often the person's completion of the item was withdrawn, and when last."""
    row = session.execute(
        select(func.count(), func.max(Withdrawal.recorded_at))
        .join(Completion, Completion.id == Withdrawal.completion_id)
        .where(Completion.person_id == person_id, Completion.item_id == item_id)
    ).one()
    return Withdrawals(*row)


def completion_within(
    session: Session, completion_id: int, reach: Select[int], day: date
) -> Completion | None:
    """The completion, if its person serves in a unit within reach that day."""
    return session.scalar(
        select(Completion)
        .join(Person, Person.id == Completion.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Completion.id == completion_id,
            Membership.unit_id.in_(reach),
            in_force(Membership, day),
        )
    )


def check_in_force(session: Session, version_id: int) -> QuestionVersion | None:
    """The question that checks a portion; None once it is void."""
    return session.scalar(
        select(QuestionVersion).where(
            QuestionVersion.id == version_id, ~is_void(QuestionVersion.id)
        )
    )


def best_answer(
    session: Session, person_id: int, portion_id: int, after: datetime | None
) -> CheckAnswer | None:
    """The person's answer to the check of a portion: a right one, or else the latest; with `after`,
    of the answers given since then."""
    wanted = select(CheckAnswer).where(
        CheckAnswer.person_id == person_id, CheckAnswer.portion_id == portion_id
    )
    if after is not None:
        wanted = wanted.where(CheckAnswer.recorded_at > after)
    return session.scalar(wanted.order_by(CheckAnswer.right.desc(), CheckAnswer.id.desc()).limit(1))
