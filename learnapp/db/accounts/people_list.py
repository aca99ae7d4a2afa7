"""People with their accounts as a list shows them, found by any part of what they are called."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

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
from learnapp.domain.people.names import clean_login, clean_name, name_and_login, search_words
from learnapp.domain.people.unit_names import path_steps


@dataclass(frozen=True)
class Listed:
    """A person as a list shows them; the login name distinguishes namesakes."""

    person_id: int
    name: str
    login_name: str
    unit_name: str
    category: str
    activated: bool
    disabled: bool


@dataclass(frozen=True)
class PeopleWanted:
    """Which people of those within reach, and which page of them (counted from 1).

    An empty text means everybody who counts in a unit; with `unit_id` those who serve in that one.
    `only`: further conditions on a person.
    """

    text: str
    unit_id: int | None
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


def people_listed(caller: Caller, wanted: PeopleWanted) -> tuple[list[Listed], int]:
    """A page of the people the actor may see, by name, and how many there are.

    A text also finds who serves without being counted, and who serves nowhere any more.
    """
    session, today = caller.session, local_day(caller.now)
    people = _BASE.where(*wanted.only, _serves(caller, wanted))
    if wanted.text:
        people = people.where(_matches(caller, wanted.text))
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


def _serves(caller: Caller, wanted: PeopleWanted) -> ColumnElement[bool]:
    """The membership by which a person is listed: one for each."""
    actor, today = caller.actor, local_day(caller.now)
    if wanted.unit_id is not None:
        here = select(func.max(Membership.id)).where(
            Membership.unit_id == wanted.unit_id,
            Membership.unit_id.in_(units_in_scope(actor, Permission.PEOPLE_READ, today)),
            in_force(Membership, today),
        )
        return Membership.id.in_(here.group_by(Membership.person_id))
    if wanted.text:
        held = select(func.max(Membership.id)).where(
            belongs_to(actor, Permission.PEOPLE_READ, today)
        )
        return Membership.id.in_(held.group_by(Membership.person_id))
    return and_(
        Membership.unit_id.in_(units_in_scope(actor, Permission.PEOPLE_READ, today)),
        Membership.counts.is_(True),
        in_force(Membership, today),
    )


def _matches(caller: Caller, text: str) -> ColumnElement[bool]:
    """People by any part of name, pinyin, initials, login name or unit, spaces aside; also by what
    lists call them: 曾小明（200001）, and a unit with what is above it."""
    if (name_with_login := name_and_login(text)) is not None:
        name, login = name_with_login
        return and_(
            Person.search_key.contains(search_words(name), autoescape=True), _has_login(login)
        )
    if len(path_steps(text)) > 1:
        units = unit_paths.named(caller.session, text, local_day(caller.now))
        return Membership.unit_id.in_(units)
    words = search_words(text)
    return or_(
        Person.search_key.contains(words, autoescape=True),
        Unit.name.contains(clean_name(text), autoescape=True),
        _has_login(text),
    )


def _has_login(text: str) -> ColumnElement[bool]:
    return (
        select(LoginName.id)
        .where(
            LoginName.person_id == Person.id,
            LoginName.valid_to.is_(None),
            LoginName.name.contains(clean_login(text), autoescape=True),
        )
        .exists()
    )
