"""What a person is called: a name changed from a day on or put right, login names added and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history
from learnapp.db.people.models import LoginName, PersonName
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import LONGEST_NAME, clean_name, search_key, sort_key
from learnapp.domain.people.people import LoginKind, clean_login_name
from learnapp.services.accounts import access


class NameKind(StrEnum):
    """Whether the old name was right until a day, or never."""

    CHANGE = "change"
    CORRECTION = "correction"


@dataclass(frozen=True)
class NewName:
    """A name, and from which day on it holds."""

    name: str
    kind: NameKind
    from_day: date


def checked_name(name: str) -> str:
    """A name as stored. Raises RuleBroken of "name"."""
    name = clean_name(name)
    if not name:
        raise RuleBroken("name", "name_needed")
    if len(name) > LONGEST_NAME:
        raise RuleBroken("name", "value_too_long", most=LONGEST_NAME)
    return name


def rename(caller: Caller, person_id: int, new: NewName) -> bool:
    """Give a person within reach a new name; False if it is theirs already.

    A change holds from its day, not after today, on; the name before it stays readable. Raises
    NotFound, Forbidden, RuleBroken.
    """
    person = access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    name, today = checked_name(new.name), local_day(caller.now)
    if new.from_day > today:
        raise RuleBroken("from_day", "in_the_future")
    if name == person.name:
        return False
    began = local_day(person.recorded_at)
    if not history.names_of(caller.session, person_id):
        _record(caller, person_id, NewName(person.name, NameKind.CHANGE, min(began, new.from_day)))
    _record(caller, person_id, NewName(name, new.kind, new.from_day))
    person.name, person.sort_key, person.search_key = name, sort_key(name), search_key(name)
    audit_log.record(caller, "person.renamed", ("person", person_id), kind=new.kind)
    caller.session.flush()
    return True


def _record(caller: Caller, person_id: int, new: NewName) -> None:
    caller.session.add(
        PersonName(
            person_id=person_id,
            name=new.name,
            kind=new.kind,
            valid_from=new.from_day,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    caller.session.flush()


def add_login(caller: Caller, person_id: int, kind: LoginKind, raw: str) -> bool:
    """A further login name from today on; False if the person holds it already.

    Raises NotFound, Forbidden, RuleBroken of "login_name" for a bad one or one of somebody else.
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    login = clean_login_name(raw)
    holder = history.holder_of(caller.session, login)
    if holder == person_id:
        return False
    if holder is not None:
        raise RuleBroken("login_name", "login_name_taken", value=login)
    caller.session.add(
        LoginName(
            person_id=person_id,
            name=login,
            kind=kind,
            valid_from=local_day(caller.now),
            recorded_at=caller.now,
        )
    )
    audit_log.record(caller, "person.login_added", ("person", person_id), kind=kind)
    caller.session.flush()
    return True


def end_login(caller: Caller, person_id: int, login_id: int) -> bool:
    """A login name opens nothing from now on; False if it has ended. It can be added again.

    Raises NotFound, Forbidden, Conflict("last_login") for the only one.
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    logins = history.logins_over_time(caller.session, person_id)
    row = next((each for each in logins if each.id == login_id), None)
    if row is None:
        raise NotFound("login_unknown")
    if row.valid_to is not None:
        return False
    if sum(1 for each in logins if each.valid_to is None) == 1:
        raise Conflict("last_login")
    row.valid_to = local_day(caller.now)
    audit_log.record(caller, "person.login_ended", ("person", person_id), kind=row.kind)
    caller.session.flush()
    return True
