"""Named queries of a person's own answers in practice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.practice.models import PracticeAnswer


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
