"""People in lists: found by any spelling, distinguished by their login names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import LoginName, Membership, Person

_BATCH = 500


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
    found: dict[int, str] = {}
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(LoginName.person_id, LoginName.name)
            .where(
                LoginName.person_id.in_(wanted[start : start + _BATCH]),
                LoginName.valid_to.is_(None),
            )
            .order_by(LoginName.id.desc())
        )
        found.update((person_id, name) for person_id, name in rows)
    return found


def resolve_logins(session: Session, people: Collection[int]) -> list[tuple[str, str]]:
    """(name, first login name) of people whose ids came from a query within reach, by pinyin."""
    logins = logins_of(session, people)
    return [(name, logins.get(person_id, "")) for person_id, name in by_name(session, people)]


def by_name(session: Session, people: Collection[int]) -> list[tuple[int, str]]:
    """(id, name) of people whose ids came from a query within reach, by pinyin."""
    found: list[tuple[str, int, str]] = []
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(Person.sort_key, Person.id, Person.name).where(
                Person.id.in_(wanted[start : start + _BATCH])
            )
        )
        found += [(key, person_id, name) for key, person_id, name in rows]
    return [(person_id, name) for _, person_id, name in sorted(found)]


def names_held(session: Session, names: Sequence[str]) -> set[str]:
    """Which of these login names somebody holds now."""
    found: set[str] = set()
    for start in range(0, len(names), _BATCH):
        wanted = select(LoginName.name).where(
            LoginName.name.in_(names[start : start + _BATCH]), LoginName.valid_to.is_(None)
        )
        found.update(session.scalars(wanted))
    return found


def holders_within(
    session: Session, names: Collection[str], reach: Select[int], day: date
) -> dict[str, int]:
    """Who holds each of these login names now, of those who serve in units within reach that day."""
    found: dict[str, int] = {}
    wanted = sorted(names)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(LoginName.name, LoginName.person_id).where(
                LoginName.name.in_(wanted[start : start + _BATCH]),
                LoginName.valid_to.is_(None),
                LoginName.person_id.in_(_serving(reach, day)),
            )
        )
        found.update((name, person_id) for name, person_id in rows)
    return found


def bearers_within(
    session: Session, names: Collection[str], reach: Select[int], day: date
) -> dict[str, set[int]]:
    """Who has each of these names, of those who serve in units within reach that day."""
    found: dict[str, set[int]] = defaultdict(set)
    wanted = sorted(names)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(Person.name, Person.id).where(
                Person.name.in_(wanted[start : start + _BATCH]),
                Person.retired_at.is_(None),
                Person.id.in_(_serving(reach, day)),
            )
        )
        for name, person_id in rows:
            found[name].add(person_id)
    return found


def _serving(reach: Select[int], day: date) -> Select[int]:
    return select(Membership.person_id).where(
        Membership.unit_id.in_(reach), in_force(Membership, day)
    )


def name_with_login(name: str | None, login: str | None) -> str:
    """A person's name with the login name that distinguishes namesakes; empty without a name."""
    return f"{name}（{login}）" if name and login else name or ""
