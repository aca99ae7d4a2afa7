"""What a staged row of a roster means: a unit with its place, or a person with post and roles."""

from __future__ import annotations

from learnapp.db.files.imports import StagedRow
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import Basis, Category, LoginKind, clean_login_name
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people.newcomers import Newcomer
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roster import place_unit, unit_of, written_unit
from learnapp.services.people.roster_file import (
    BASES,
    CATEGORIES,
    ROLES,
    UNIT_SHEET,
    RosterRow,
    roles_in,
)

_OVER_SUBTREE = {
    Role.UNIT_HEAD,
    Role.LIAISON,
    Role.ADMIN,
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


def newcomer(tree: UnitNames, row: RosterRow, line_id: int) -> Newcomer | None:
    """Whom a row of people means; None with its trouble noted where its units are no longer one."""
    fields = row.fields
    own = unit_of(tree, row, written_unit(fields))
    roles = None if own is None else _roles(tree, row, own, line_id)
    if own is None or roles is None:
        return None
    post = MembershipSpec(
        own,
        line_id,
        BASES.get(fields.get("basis", ""), Basis.ESTABLISHMENT),
        CATEGORIES.get(fields.get("category", ""), Category.OTHER),
    )
    logins = tuple((kind, fields[kind.value]) for kind in _LOGINS if fields.get(kind.value))
    return Newcomer(fields["name"], logins, post, roles)


def _roles(
    tree: UnitNames, row: RosterRow, own: int, line_id: int
) -> tuple[tuple[Role, int, int | None], ...] | None:
    """The roles of a row, each over the unit that it names, else over the person's own."""
    found = []
    for word, written in roles_in(row.fields):
        role = ROLES[word]
        if role is Role.OFFICER:
            continue
        place = unit_of(tree, row, written) if written else own
        if place is None:
            return None
        found.append((role, place, line_id if role in _OVER_SUBTREE else None))
    return tuple(found)
