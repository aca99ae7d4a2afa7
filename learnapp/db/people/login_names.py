"""People in lists: found by any spelling, told apart by their login names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from learnapp.db.people.models import LoginName, Person

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
    found: list[tuple[str, int, str]] = []
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        rows = session.execute(
            select(Person.sort_key, Person.id, Person.name).where(
                Person.id.in_(wanted[start : start + _BATCH])
            )
        )
        found += [(key, person_id, name) for key, person_id, name in rows]
    return [(name, logins.get(person_id, "")) for _, person_id, name in sorted(found)]


def name_with_login(name: str | None, login: str | None) -> str:
    """A person's name with the login name that tells namesakes apart; empty without a name."""
    return f"{name}（{login}）" if name and login else name or ""
