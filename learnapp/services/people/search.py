"""People within reach as a list, found by any part of name, pinyin, initials, login name or unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement

from learnapp.db.accounts import people_list
from learnapp.db.accounts import waiting as accounts
from learnapp.db.accounts.people_list import Listed, PeopleWanted
from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths
from learnapp.db.people.models import Person
from learnapp.db.people.scope import require_scope
from learnapp.db.progress.waiting import without_programme
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


class PersonFilter(StrEnum):
    """Which people a list is narrowed to."""

    ALL = ""
    WITHOUT_ACCOUNT = "without_account"  # neither a password nor a code
    UNUSED_CODE = "unused_code"
    WITHOUT_PROGRAMME = "without_programme"


@dataclass(frozen=True)
class PeopleSearch:
    """Which people a list shows: by a text, of one unit, whose account is so."""

    text: str = ""
    unit_id: int | None = None
    only: PersonFilter = PersonFilter.ALL


def people_in_reach(
    caller: Caller, asked: PeopleSearch, page: int, size: int = 50
) -> tuple[list[Listed], int]:
    """A page of the people the actor may see, by name, and how many there are.

    A search also finds who serves without being counted, and who serves nowhere any more: their
    accounts may have to be shut.
    """
    caller.actor.must(Permission.PEOPLE_READ)
    meets: tuple[ColumnElement[bool], ...] = ()
    if asked.only is not PersonFilter.ALL:
        meets = (_meets(caller, asked.only), Person.disabled_at.is_(None))
    return people_list.people_listed(
        caller, PeopleWanted(asked.text, asked.unit_id, meets, page, size)
    )


def unit_searched(caller: Caller, unit_id: int) -> str:
    """What the unit is called whose people a list shows. Raises NotFound beyond reach."""
    day = local_day(caller.now)
    require_scope(caller.session, caller.actor, Permission.PEOPLE_READ, unit_id, day)
    return unit_paths.labels(caller.session, [unit_id], day)[unit_id]


def _meets(caller: Caller, only: PersonFilter) -> ColumnElement[bool]:
    if only is PersonFilter.WITHOUT_ACCOUNT:
        return accounts.without_account(caller)
    if only is PersonFilter.UNUSED_CODE:
        return accounts.with_unused_code(caller)
    return without_programme()
