"""One person who comes: identity, login name, posting, what they owe from the first day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.people.identity import logins_of_namesakes
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import Person
from learnapp.db.people.scope import require_scope
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import LoginKind, clean_login_name
from learnapp.services.people import people
from learnapp.services.people.naming import checked_name
from learnapp.services.people.people import MembershipSpec


@dataclass(frozen=True)
class Joining:
    """Where a person comes to serve, and from which day on; `is_another`: whoever enters it says that
    it is nobody of the same name who is there already."""

    post: MembershipSpec
    from_day: date
    is_another: bool = False


def add(caller: Caller, name: str, login: tuple[LoginKind, str], joining: Joining) -> Person:
    """Add a person to a unit within reach.

    Raises Forbidden, NotFound out of reach, RuleBroken of "name", "login_name", "from_day" or "another",
    before anything is written.
    """
    session, today = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, Permission.ROSTER_IMPORT, joining.post.unit_id, today)
    name = checked_name(name)
    cleaned = clean_login_name(login[1])
    if names_held(session, [cleaned]):
        raise RuleBroken("login_name", "login_name_taken", value=cleaned)
    if not date(1950, 1, 1) <= joining.from_day <= today:
        late = joining.from_day > today
        raise RuleBroken("from_day", "in_the_future" if late else "date_unlikely")
    if not joining.is_another:
        logins = logins_of_namesakes(session, joining.post.unit_id, name, today)
        if logins:
            raise RuleBroken("another", "namesake_in_unit", name=name, logins=logins)
    person = people.add_person(caller, name, [login])
    people.join(caller, person.id, joining.post, joining.from_day)
    session.flush()
    counters.refresh(session, caller.now, [person.id])
    return person
