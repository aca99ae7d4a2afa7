"""A person's duties with what each is, for their own week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.study import Item
from learnapp.domain.progress import PersonDuty
from learnapp.services.progress import duties_of_person


@dataclass(frozen=True)
class DutyOfItem:
    """A duty and its item: a portion to read or an exam to sit."""

    duty: PersonDuty
    title: str
    portion_id: int | None
    exam_id: int | None


def duties_with_items(session: Session, person_id: int, now: datetime) -> list[DutyOfItem]:
    """All that is asked of the person, the soonest due first."""
    duties = [duty for _, duty in duties_of_person(session, person_id, now)]
    wanted = [duty.duty.item_id for duty in duties]
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(wanted)))}
    found = [
        DutyOfItem(
            duty,
            items[duty.duty.item_id].title,
            items[duty.duty.item_id].portion_id,
            items[duty.duty.item_id].exam_id,
        )
        for duty in duties
    ]
    return sorted(found, key=lambda each: (each.duty.duty.due_at, each.duty.duty.requirement_id))
