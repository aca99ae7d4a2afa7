"""People with their accounts as a list shows them, found by any part of what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from learnapp.db.accounts.access import belongs_to
from learnapp.db.accounts.models import Credential
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.people import unit_paths
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import LoginName, Membership, Person, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_login, clean_name, search_words


@dataclass(frozen=True)
class Listed:
    """A person as a list shows them; the login name tells namesakes apart."""

    person_id: int
    name: str
    login_name: str
    unit_name: str
    category: str
    activated: bool
    disabled: bool


@dataclass(frozen=True)
class Wanted:
    """Which people of those within reach, and which page of them (counted from 1).

    An empty text means everybody who counts in a unit. `only`: further conditions on a person.
    """

    text: str
    only: tuple[ColumnElement[bool], ...]
    page: int
    size: int


_BASE = (
    select(
        Person.id,
        Person.name,
        first_login().label("login_name"),
        Membership.unit_id,
        Membership.category,
        Credential.person_id.is_not(None).label("activated"),
        Person.disabled_at.is_not(None).label("disabled"),
    )
    .join(Membership, Membership.person_id == Person.id)
    .join(Unit, Unit.id == Membership.unit_id)
    .outerjoin(Credential, Credential.person_id == Person.id)
    .where(Person.retired_at.is_(None))
)


def people_listed(caller: Caller, wanted: Wanted) -> tuple[list[Listed], int]:
    """A page of the people the actor may see, by name, and how many there are.

    A text also finds who serves without being counted, and who serves nowhere any more.
    """
    session, actor, today = caller.session, caller.actor, local_day(caller.now)
    people = _BASE.where(*wanted.only)
    if not wanted.text:
        people = people.where(
            Membership.unit_id.in_(units_in_scope(actor, Permission.PEOPLE_READ, today)),
            Membership.counts.is_(True),
            in_force(Membership, today),
        )
    else:
        held = select(func.max(Membership.id)).where(
            belongs_to(actor, Permission.PEOPLE_READ, today)
        )
        people = people.where(
            Membership.id.in_(held.group_by(Membership.person_id)), _matches(wanted.text)
        )
    total = session.scalar(select(func.count()).select_from(people.subquery())) or 0
    rows = session.execute(
        people.order_by(Person.sort_key, Person.id)
        .limit(wanted.size)
        .offset((wanted.page - 1) * wanted.size)
    ).all()
    units = unit_paths.labels(session, {row.unit_id for row in rows}, today)
    return [
        Listed(row.id, row.name, row.login_name, units[row.unit_id], *row[4:]) for row in rows
    ], total


def _matches(text: str) -> ColumnElement[bool]:
    """People by any part of name, pinyin, initials, login name or unit, spaces aside."""
    words = search_words(text)
    by_login = select(LoginName.id).where(
        LoginName.person_id == Person.id,
        LoginName.valid_to.is_(None),
        LoginName.name.contains(clean_login(text), autoescape=True),
    )
    return or_(
        Person.search_key.contains(words, autoescape=True),
        Unit.name.contains(clean_name(text), autoescape=True),
        by_login.exists(),
    )
