"""Named queries of a person's own record: what they completed, and the codes of its prints."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Membership
from learnapp.db.study.models import Completion, Item, RecordCode, Withdrawal


def completions_that_hold(session: Session, person_id: int) -> list[tuple[Completion, Item]]:
    """The person's completions that nobody withdrew, the newest first."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    rows = session.execute(
        select(Completion, Item)
        .join(Item, Item.id == Completion.item_id)
        .where(Completion.person_id == person_id, ~withdrawn.exists())
        .order_by(Completion.occurred_at.desc(), Completion.id.desc())
    )
    return [(completion, item) for completion, item in rows]


def code_of(session: Session, code: str) -> RecordCode | None:
    """The print that bears a code."""
    return session.get(RecordCode, code)


def code_for(session: Session, person_id: int, digest: str) -> RecordCode | None:
    """The person's print that says the same."""
    return session.scalar(
        select(RecordCode).where(RecordCode.person_id == person_id, RecordCode.digest == digest)
    )


def unit_now(session: Session, person_id: int, today: date) -> int | None:
    """The unit in which a person counts today, else any in which they serve."""
    return session.scalar(
        select(Membership.unit_id)
        .where(Membership.person_id == person_id, in_force(Membership, today))
        .order_by(Membership.counts.desc(), Membership.id)
        .limit(1)
    )
