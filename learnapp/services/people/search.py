"""People within reach as a list, found by any part of name, pinyin, initials, login name or unit."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement

from learnapp.db.accounts import people_list
from learnapp.db.accounts import waiting as accounts
from learnapp.db.accounts.people_list import Listed, Wanted
from learnapp.db.core.caller import Caller
from learnapp.db.people.models import Person
from learnapp.db.progress.waiting import without_programme
from learnapp.domain.core.permissions import Permission


class PersonFilter(StrEnum):
    """Which people a list is narrowed to."""

    ALL = ""
    WITHOUT_ACCOUNT = "without_account"  # neither a password nor a code
    UNUSED_CODE = "unused_code"
    WITHOUT_PROGRAMME = "without_programme"


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
    caller.actor.must(Permission.PEOPLE_READ)
    meets = () if only is PersonFilter.ALL else (_meets(caller, only), Person.disabled_at.is_(None))
    return people_list.people_listed(caller, Wanted(search, meets, page, size))


def _meets(caller: Caller, only: PersonFilter) -> ColumnElement[bool]:
    if only is PersonFilter.WITHOUT_ACCOUNT:
        return accounts.without_account(caller)
    if only is PersonFilter.UNUSED_CODE:
        return accounts.with_unused_code(caller)
    return without_programme()
