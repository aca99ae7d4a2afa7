"""What a staged row of a roster means: a unit with its place, or a person with post and roles."""

from __future__ import annotations

from learnapp.db.files.imports import StagedRow
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import Basis, Category, LoginKind, clean_login_name
from learnapp.domain.people.postings import day_written
from learnapp.domain.people.roster_difference import RoleHeld, RowChoice, RowKind, WrittenPerson
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people.newcomers import Newcomer
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roster_file import (
    BASES,
    CATEGORIES,
    ROLES,
    UNIT_SHEET,
    RosterRow,
    roles_in,
)
from learnapp.services.people.roster_units import place_unit, unit_of, written_unit

OVER_SUBTREE = {
    Role.UNIT_HEAD,
    Role.LIAISON,
    Role.ADMIN,
    Role.PROGRAMME_OWNER,
    Role.MARKER,
    Role.INSPECTOR,
    Role.QUESTION_EDITOR,
    Role.REVIEWER,
    Role.PROCTOR,
    Role.TEST_OWNER,
}
_LOGINS = (LoginKind.BADGE, LoginKind.STAFF_NUMBER, LoginKind.MOBILE)


def again_of(row: StagedRow) -> RosterRow:
    """The row as it was read, without trouble."""
    return RosterRow(row.place["sheet"], row.place["row"], row.record)


def meant(tree: UnitNames, row: StagedRow, owner_id: int) -> RosterRow:
    """The row, with its trouble where a unit is not there, nor to be made by the rows before it."""
    again = again_of(row)
    if row.place["sheet"] == UNIT_SHEET:
        place_unit(tree, again, owner_id)
        return again
    named = [written_unit(row.record), *(unit for _, unit in roles_in(row.record) if unit)]
    for unit in named:
        unit_of(tree, again, unit)
    return again


def logins_of(row: RosterRow) -> list[str]:
    """The login names of a row of people."""
    if row.sheet == UNIT_SHEET:
        return []
    return [clean_login_name(row.fields[kind]) for kind in _LOGINS if row.fields.get(kind)]


def person_meant(row: StagedRow) -> int | None:
    """The person recorded whom a taken row means; None: somebody who is to come."""
    if row.decision == RowChoice.SAME:
        return int(row.record["chosen"])
    means_twin = row.decision in (RowChoice.TAKE, RowChoice.PADDED)
    return int(row.twin["person"]) if row.twin and means_twin else None


def is_gone(row: StagedRow) -> bool:
    """Whether the row is somebody whom the file does not have."""
    return row.kind == RowKind.GONE


def written_of(tree: UnitNames, row: RosterRow, line_id: int) -> WrittenPerson | None:
    """What a row of people says; None with its trouble noted where its units are no longer one."""
    fields = row.fields
    own = unit_of(tree, row, written_unit(fields))
    roles = None if own is None else _roles(tree, row, own, line_id)
    if own is None or roles is None:
        return None
    logins = {
        kind: clean_login_name(fields[kind.value]) for kind in _LOGINS if fields.get(kind.value)
    }
    basis, category = BASES.get(fields.get("basis", "")), CATEGORIES.get(fields.get("category", ""))
    post, since = fields.get("post") or None, day_written(fields.get("since", ""))
    return WrittenPerson(fields["name"], own, logins, basis, category, roles, post, since)


def newcomer(tree: UnitNames, row: RosterRow, line_id: int) -> Newcomer | None:
    """Whom a row of people means; None with its trouble noted where its units are no longer one."""
    written = written_of(tree, row, line_id)
    if written is None:
        return None
    post = MembershipSpec(
        written.unit_id,
        line_id,
        Basis(written.basis or Basis.ESTABLISHMENT),
        Category(written.category or Category.OTHER),
        written.post or "",
    )
    roles = tuple((Role(role), unit_id, line) for role, unit_id, line in written.roles)
    return Newcomer(written.name, tuple(written.logins.items()), post, roles, written.since)


def _roles(tree: UnitNames, row: RosterRow, own: int, line_id: int) -> tuple[RoleHeld, ...] | None:
    """The roles of a row, each over the unit that it names, else over the person's own."""
    found = []
    for word, written in roles_in(row.fields):
        role = ROLES[word]
        if role is Role.OFFICER:
            continue
        place = unit_of(tree, row, written) if written else own
        if place is None:
            return None
        found.append((role.value, place, line_id if role in OVER_SUBTREE else None))
    return tuple(found)
