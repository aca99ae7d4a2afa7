"""What a roster changes of somebody who is there: name, post, login names, roles; or that they left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.people import history, roster_match
from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import DomainError
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import Basis, Category, LoginKind
from learnapp.domain.people.roster_difference import (
    POSTING,
    Field,
    RecordedPerson,
    WrittenPerson,
    difference,
)
from learnapp.services.people import naming, postings, roles
from learnapp.services.people.naming import NameKind, NewName
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roles import NewGrant
from learnapp.services.people.roster_file import RosterFault


@dataclass(frozen=True)
class RosterChange:
    """A person and what their row says; None: they are gone."""

    person_id: int
    written: WrittenPerson | None


def carry_out(
    caller: Caller, changes: Sequence[tuple[int, RosterChange]]
) -> list[tuple[int, RosterFault]]:
    """Make each change whole, from its day or today on, as its page makes it. Those that a rule refused, with
    why."""
    refused = []
    for ordinal, change in changes:
        undone = caller.session.begin_nested()
        try:
            _carry_out(caller, change)
            undone.commit()
        except DomainError as error:
            undone.rollback()
            refused.append((ordinal, RosterFault(error.code, "", 0, error.params)))
    return refused


def _carry_out(caller: Caller, change: RosterChange) -> None:
    session, today, person_id = caller.session, local_day(caller.now), change.person_id
    written = change.written
    if written is None:
        postings.retire(caller, person_id)
        return
    line_id = default_line(session).id
    person = roster_match.recorded(session, [person_id], line_id, today)[person_id]
    found = difference(written, person)
    if Field.SERVICE in found.fields:
        postings.bring_back(caller, person_id)
    if Field.NAME in found.fields:
        naming.rename(caller, person_id, NewName(written.name, NameKind.CHANGE, today))
    if found.fields & POSTING:
        basis = Basis(written.basis or person.basis or Basis.ESTABLISHMENT)
        category = Category(written.category or person.category or Category.OTHER)
        named = person.post if written.post is None else written.post
        post = MembershipSpec(written.unit_id, line_id, basis, category, named)
        postings.move(caller, person_id, post, written.since or today)
    for kind, name in found.logins.items():
        naming.add_login(caller, person_id, kind, name)
        _end_former(caller, person, kind)
    for role, unit_id, line in found.roles:
        roles.grant(caller, person_id, NewGrant(Role(role), unit_id, line, today))


def _end_former(caller: Caller, person: RecordedPerson, kind: LoginKind) -> None:
    """End the login name that another of its kind takes the place of."""
    former = person.logins.get(kind)
    for row in history.logins_over_time(caller.session, person.person_id):
        if row.name == former and row.valid_to is None:
            naming.end_login(caller, person.person_id, row.id)
