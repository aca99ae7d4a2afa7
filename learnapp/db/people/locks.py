"""Rows that are locked so that actions about the same person follow one another."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.people.models import Person


def lock_person(session: Session, person_id: int) -> None:
    """Lock a person until the transaction ends, so that two changes of theirs follow one another."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
