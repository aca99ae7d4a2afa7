"""Named queries for a roster as a difference: who holds a login name, who serves where, as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of, one_of_texts
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Grant, LoginName, Membership, Person
from learnapp.domain.people.people import LoginKind
from learnapp.domain.people.roster_difference import RecordedPerson, RoleHeld


def holders(session: Session, names: Collection[str]) -> dict[str, int]:
    """Who holds each of these login names now, wherever they serve."""
    rows = session.execute(
        select(LoginName.name, LoginName.person_id).where(
            one_of_texts(LoginName.name, names), LoginName.valid_to.is_(None)
        )
    )
    return {name: person_id for name, person_id in rows}


def bearers(
    session: Session, names: Collection[str], units: Collection[int], line_id: int, day: date
) -> dict[tuple[str, int], list[int]]:
    """The people of these names who count in these units on the line that day, by name and unit."""
    rows = session.execute(
        select(Person.name, Membership.unit_id, Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            one_of_texts(Person.name, names),
            one_of(Membership.unit_id, units),
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
            Person.retired_at.is_(None),
        )
        .order_by(Person.id)
    )
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for name, unit_id, person_id in rows:
        found[name, unit_id].append(person_id)
    return found


def recorded(
    session: Session, people: Collection[int], line_id: int, day: date
) -> dict[int, RecordedPerson]:
    """What is recorded of these people: names, the post that counts on the line that day, roles."""
    posts = {
        row.person_id: row
        for row in session.execute(
            select(
                *(Membership.person_id, Membership.unit_id, Membership.basis),
                *(Membership.category, Membership.post),
            ).where(
                one_of(Membership.person_id, people),
                Membership.line_id == line_id,
                Membership.counts.is_(True),
                in_force(Membership, day),
            )
        )
    }
    logins, roles = _logins(session, people), _roles(session, people, day)
    rows = session.execute(
        select(Person.id, Person.name, Person.retired_at).where(one_of(Person.id, people))
    )
    found = {}
    for person_id, name, retired_at in rows:
        post = posts.get(person_id)
        unit_id, basis, category = (
            (post.unit_id, post.basis, post.category) if post is not None else (None, "", "")
        )
        found[person_id] = RecordedPerson(
            person_id,
            name,
            unit_id,
            basis,
            category,
            logins.get(person_id, {}),
            frozenset(roles.get(person_id, ())),
            retired_at is not None,
            post.post if post is not None else "",
        )
    return found


def _logins(session: Session, people: Collection[int]) -> dict[int, dict[LoginKind, str]]:
    """The newest login name in force of each kind, by person."""
    rows = session.execute(
        select(LoginName.person_id, LoginName.kind, LoginName.name)
        .where(one_of(LoginName.person_id, people), LoginName.valid_to.is_(None))
        .order_by(LoginName.id)
    )
    found: dict[int, dict[LoginKind, str]] = defaultdict(dict)
    for person_id, kind, name in rows:
        found[person_id][LoginKind(kind)] = name
    return found


def _roles(session: Session, people: Collection[int], day: date) -> dict[int, list[RoleHeld]]:
    rows = session.execute(
        select(Grant.person_id, Grant.role, Grant.unit_id, Grant.line_id)
        .where(one_of(Grant.person_id, people), in_force(Grant, day))
        .order_by(Grant.id)
    )
    found: dict[int, list[RoleHeld]] = defaultdict(list)
    for person_id, role, unit_id, line_id in rows:
        found[person_id].append((role, unit_id, line_id))
    return found


class Serving(NamedTuple):
    """Somebody who counts in a unit."""

    person_id: int
    name: str
    unit_id: int


def serving_in(
    session: Session, units: Collection[int] | Select[int], line_id: int, day: date
) -> list[Serving]:
    """Who counts in these units on the line that day and has not retired, unit by unit, by name."""
    there = Membership.unit_id.in_(units) if isinstance(units, Select) else one_of(
        Membership.unit_id, units
    )  # fmt: skip
    rows = session.execute(
        select(Person.id, Person.name, Membership.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            there,
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
            Person.retired_at.is_(None),
        )
        .order_by(Membership.unit_id, Person.sort_key, Person.id)
    )
    return [Serving(*row) for row in rows]
