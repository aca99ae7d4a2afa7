"""A person over time, as their page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.accounts.access import reached
from learnapp.db.core.caller import Caller
from learnapp.db.people import history, unit_paths
from learnapp.db.people.models import LoginName, Membership, PersonName
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


@dataclass(frozen=True)
class Life:
    """Names, login names, and postings with the names of unit and line."""

    names: Sequence[PersonName]
    logins: Sequence[LoginName]
    postings: list[tuple[Membership, str, str]]
    many_lines: bool


def of_person(caller: Caller, person_id: int) -> Life:
    """What is known of a person within reach. Raises NotFound."""
    reached(caller, Permission.PEOPLE_READ, person_id, also_retired=True)
    session = caller.session
    postings = history.postings_of(session, person_id)
    ids = {each.membership.unit_id for each in postings}
    units = unit_paths.labels(session, ids, local_day(caller.now))
    return Life(
        history.names_of(session, person_id),
        history.logins_over_time(session, person_id),
        [(each.membership, units[each.membership.unit_id], each.line) for each in postings],
        len({each.line for each in postings}) > 1,
    )
