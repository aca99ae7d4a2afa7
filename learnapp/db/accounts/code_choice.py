"""Whom a new one-time code may go to: people within reach by unit, by account, or by name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.access import belongs_to
from learnapp.db.accounts.code_sheets import role_beyond
from learnapp.db.accounts.models import ActivationCode, Credential
from learnapp.db.core.many import one_of
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.permissions import Actor, Permission


def has_password() -> ColumnElement[bool]:
    """Condition on a person: there is a password."""
    return exists().where(Credential.person_id == Person.id).correlate(Person)


def has_open_code(now: datetime) -> ColumnElement[bool]:
    """Condition on a person: a code was issued that can still be used."""
    return (
        exists()
        .where(
            ActivationCode.person_id == Person.id,
            ActivationCode.used_at.is_(None),
            ActivationCode.revoked_at.is_(None),
            ActivationCode.expires_at > now,
        )
        .correlate(Person)
    )


@dataclass(frozen=True)
class Recipients:
    """Whom new codes are for: of all within reach these `people`, at most a page of them, who serve in
    one of the `units` and for whom the condition holds; None: no limit."""

    people: Collection[int] | None = None
    units: Select[int] | None = None
    account: ColumnElement[bool] | None = None


class Recipient(NamedTuple):
    """A person who is meant. `above`: they have a role over a unit in which the actor may issue no
    code."""

    id: int
    name: str
    login_name: str | None
    disabled_at: datetime | None
    above: bool
    has_password: bool


def chosen(session: Session, actor: Actor, today: date, whom: Recipients) -> list[Recipient]:
    """The people meant, by pinyin."""
    reach = units_in_scope(actor, Permission.PEOPLE_ACTIVATE, today)
    inside = [
        Membership.person_id == Person.id,
        belongs_to(actor, Permission.PEOPLE_ACTIVATE, today, reach),
    ]
    if whom.units is not None:
        inside.append(Membership.unit_id.in_(whom.units))
    wanted = (
        select(
            Person.id,
            Person.name,
            first_login(),
            Person.disabled_at,
            role_beyond(reach, Person.id, today).exists(),
            has_password(),
        )
        .where(Person.retired_at.is_(None), select(Membership.id).where(and_(*inside)).exists())
        .order_by(Person.sort_key, Person.id)
    )
    if whom.account is not None:
        wanted = wanted.where(whom.account)
    if whom.people is not None:
        wanted = wanted.where(one_of(Person.id, whom.people))
    return [Recipient(*row) for row in session.execute(wanted)]
