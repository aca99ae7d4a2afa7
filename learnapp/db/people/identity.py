"""Who a person is to themselves: their units, and the names they sign in by."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.people import unit_paths
from learnapp.db.people.models import LoginName, Membership, Person


def units_of(session: Session, person_id: int, day: date) -> list[str]:
    """The names of the person's units on a day, the one that counts first."""
    ids = session.scalars(
        select(Membership.unit_id)
        .where(Membership.person_id == person_id, in_force(Membership, day))
        .order_by(Membership.counts.desc(), Membership.id)
    ).all()
    names = unit_paths.labels(session, ids, day)
    return [names[each] for each in dict.fromkeys(ids)]


def logins_of_namesakes(session: Session, unit_id: int, name: str, day: date) -> list[str]:
    """The login names of who has this name in a unit on a day, in the order in which they came."""
    rows = session.scalars(
        select(LoginName.name)
        .join(Person, Person.id == LoginName.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.unit_id == unit_id,
            in_force(Membership, day),
            Person.name == name,
            LoginName.valid_to.is_(None),
        )
        .order_by(LoginName.id)
    )
    return list(dict.fromkeys(rows))


def login_names_of(session: Session, person_id: int) -> list[str]:
    """The names the person signs in by now, the oldest first."""
    rows = session.scalars(
        select(LoginName.name)
        .where(LoginName.person_id == person_id, LoginName.valid_to.is_(None))
        .order_by(LoginName.id)
    )
    return list(rows)
