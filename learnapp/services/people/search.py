"""People within reach as a list, found by any part of name, pinyin, initials, login name or unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from learnapp.db.accounts import waiting as accounts
from learnapp.db.accounts.access import belongs_to
from learnapp.db.accounts.models import Credential
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.people import unit_paths
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import LoginName, Membership, Person, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress.waiting import without_programme
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_login, clean_name, search_words


class PersonFilter(StrEnum):
    """Which people a list is narrowed to."""

    ALL = ""
    WITHOUT_ACCOUNT = "without_account"  # neither a password nor a code
    UNUSED_CODE = "unused_code"
    WITHOUT_PROGRAMME = "without_programme"


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


_BASE = (
    select(
        Person.id,
        Person.name,
        first_login().label("login_name"),
        Membership.unit_id,
        Membership.category,
        Credential.person_id,
        Person.disabled_at,
    )
    .join(Membership, Membership.person_id == Person.id)
    .join(Unit, Unit.id == Membership.unit_id)
    .outerjoin(Credential, Credential.person_id == Person.id)
    .where(Person.retired_at.is_(None))
)


def people_in_reach(
    caller: Caller,
    search: str,
    page: int,
    size: int = 50,
    only: PersonFilter = PersonFilter.ALL,
) -> tuple[list[Listed], int]:
    """A page of the people the actor may see, by name, and how many there are.

    A search also finds who serves without being counted, and who serves nowhere any more: their
    accounts may have to be shut.
    """
    session, actor = caller.session, caller.actor
    actor.must(Permission.PEOPLE_READ)
    today = local_day(caller.now)
    reach = units_in_scope(actor, Permission.PEOPLE_READ, today)
    base = _BASE
    if only is not PersonFilter.ALL:
        base = base.where(_meets(caller, only), Person.disabled_at.is_(None))
    if not search:
        base = base.where(
            Membership.unit_id.in_(reach), Membership.counts.is_(True), in_force(Membership, today)
        )
    else:
        held = select(func.max(Membership.id)).where(
            belongs_to(actor, Permission.PEOPLE_READ, today)
        )
        base = base.where(Membership.id.in_(held.group_by(Membership.person_id)), _matches(search))
    total = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    rows = session.execute(
        base.order_by(Person.sort_key, Person.id).limit(size).offset((page - 1) * size)
    ).all()
    units = unit_paths.labels(session, {row.unit_id for row in rows}, today)
    return [_listed(units, *row) for row in rows], total


def _listed(units: Mapping[int, str], person_id: int, name: str, login: str, *more: Any) -> Listed:
    """A row of `_BASE`, with the name of its unit."""
    unit_id, category, activated, disabled = more
    return Listed(
        person_id,
        name,
        login,
        units[unit_id],
        category,
        activated is not None,
        disabled is not None,
    )


def _meets(caller: Caller, only: PersonFilter) -> ColumnElement[bool]:
    if only is PersonFilter.WITHOUT_ACCOUNT:
        return accounts.without_account(caller)
    if only is PersonFilter.UNUSED_CODE:
        return accounts.with_unused_code(caller)
    return without_programme()


def _matches(search: str) -> ColumnElement[bool]:
    """People by any part of name, pinyin, initials, login name or unit, spaces aside."""
    words = search_words(search)
    by_login = select(LoginName.id).where(
        LoginName.person_id == Person.id,
        LoginName.valid_to.is_(None),
        LoginName.name.contains(clean_login(search), autoescape=True),
    )
    return or_(
        Person.search_key.contains(words, autoescape=True),
        Unit.name.contains(clean_name(search), autoescape=True),
        by_login.exists(),
    )
