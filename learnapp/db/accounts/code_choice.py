"""Whom a new one-time code may go to: people within reach by unit, by account, or by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.access import belongs_to
from learnapp.db.accounts.code_sheets import role_beyond
from learnapp.db.accounts.models import ActivationCode, Credential
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnyRow
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


def chosen(
    session: Session,
    actor: Actor,
    today: date,
    condition: ColumnElement[bool] | None,
    units: Select[int] | None,
    people: Collection[int] | None,
) -> Sequence[AnyRow]:
    """(id, name, login, disabled_at, above, has_password) of the people meant, by pinyin.

    `units`: only who serves in one of them; `people`: only these, at most a page of them.
    `above`: they have a role over a unit in which the actor may issue no code.
    """
    reach = units_in_scope(actor, Permission.PEOPLE_ACTIVATE, today)
    inside = [
        Membership.person_id == Person.id,
        belongs_to(actor, Permission.PEOPLE_ACTIVATE, today, reach),
    ]
    if units is not None:
        inside.append(Membership.unit_id.in_(units))
    wanted = (
        select(
            Person.id,
            Person.name,
            first_login().label("login_name"),
            Person.disabled_at,
            role_beyond(reach, Person.id, today).exists().label("above"),
            has_password().label("has_password"),
        )
        .where(Person.retired_at.is_(None), select(Membership.id).where(and_(*inside)).exists())
        .order_by(Person.sort_key, Person.id)
    )
    if condition is not None:
        wanted = wanted.where(condition)
    if people is not None:
        wanted = wanted.where(one_of(Person.id, people))
    return session.execute(wanted).all()
