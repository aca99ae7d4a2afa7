"""What a person's own page shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.people.identity import login_names_of, units_of


@dataclass(frozen=True)
class Identity:
    """The units of a person, the one that counts first, and the names they sign in by."""

    units: list[str]
    login_names: list[str]


def identity_of(session: Session, person_id: int, day: date) -> Identity:
    """The person's units on a day, and the names they sign in by now."""
    return Identity(units_of(session, person_id, day), login_names_of(session, person_id))
