"""People in lists: found by any spelling, distinguished by their login names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of, one_of_texts
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import LoginName, Membership, Person
from learnapp.domain.people.people import LoginKind


def first_login(person: Any = Person.id) -> ScalarSelect[Any]:
    """The person's first login name in force, as a column of a query over people."""
    return (
        select(LoginName.name)
        .where(LoginName.person_id == person, LoginName.valid_to.is_(None))
        .order_by(LoginName.id)
        .limit(1)
        .correlate_except(LoginName)
        .scalar_subquery()
    )


def logins_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """The first login name in force of each person; who has none is left out."""
    rows = session.execute(
        select(LoginName.person_id, LoginName.name)
        .where(one_of(LoginName.person_id, people), LoginName.valid_to.is_(None))
        .order_by(LoginName.id.desc())
    )
    return {person_id: name for person_id, name in rows}


def badges_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """The badge number (警号) in force of each person, else the staff number; who has neither is left
    out: a phone number stands on no list."""
    rows = session.execute(
        select(LoginName.person_id, LoginName.name)
        .where(
            one_of(LoginName.person_id, people),
            LoginName.kind.in_((LoginKind.BADGE, LoginKind.STAFF_NUMBER)),
            LoginName.valid_to.is_(None),
        )
        .order_by(LoginName.kind == LoginKind.BADGE, LoginName.id.desc())
    )
    return {person_id: name for person_id, name in rows}


def resolve_logins(session: Session, people: Collection[int]) -> list[tuple[str, str]]:
    """(name, first login name) of people whose ids came from a query within reach, by pinyin."""
    logins = logins_of(session, people)
    return [(name, logins.get(person_id, "")) for person_id, name in by_name(session, people)]


def by_name(session: Session, people: Collection[int]) -> list[tuple[int, str]]:
    """(id, name) of people whose ids came from a query within reach, by pinyin."""
    rows = session.execute(
        select(Person.id, Person.name)
        .where(one_of(Person.id, people))
        .order_by(Person.sort_key, Person.id)
    )
    return [(person_id, name) for person_id, name in rows]


def names_held(session: Session, names: Collection[str]) -> set[str]:
    """Which of these login names somebody holds now."""
    held = select(LoginName.name).where(
        one_of_texts(LoginName.name, names), LoginName.valid_to.is_(None)
    )
    return set(session.scalars(held))


def holders_of(session: Session, names: Collection[str]) -> set[int]:
    """Who bears these login names, or bore them."""
    return set(session.scalars(select(LoginName.person_id).where(LoginName.name.in_(names))))


def holders_within(
    session: Session, names: Collection[str], reach: Select[int], day: date
) -> dict[str, int]:
    """Who holds each of these login names now, of those who serve in units within reach that day."""
    rows = session.execute(
        select(LoginName.name, LoginName.person_id).where(
            one_of_texts(LoginName.name, names),
            LoginName.valid_to.is_(None),
            LoginName.person_id.in_(_serving(reach, day)),
        )
    )
    return {name: person_id for name, person_id in rows}


def bearers_within(
    session: Session, names: Collection[str], reach: Select[int], day: date
) -> dict[str, set[int]]:
    """Who has each of these names, of those who serve in units within reach that day."""
    rows = session.execute(
        select(Person.name, Person.id).where(
            one_of_texts(Person.name, names),
            Person.retired_at.is_(None),
            Person.id.in_(_serving(reach, day)),
        )
    )
    found: dict[str, set[int]] = defaultdict(set)
    for name, person_id in rows:
        found[name].add(person_id)
    return found


def _serving(reach: Select[int], day: date) -> Select[int]:
    return select(Membership.person_id).where(
        Membership.unit_id.in_(reach), in_force(Membership, day)
    )
