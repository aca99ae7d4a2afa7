"""Roster imports staged: which unit each row means, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.files.models import ImportJob, ImportRow, StoredFile
from learnapp.db.people import unit_trees
from learnapp.db.people import units as unit_queries
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import names_held
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.people.people import clean_login_name
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found
from learnapp.services.people.roster_file import (
    LOGIN_COLUMNS,
    Roster,
    RosterFault,
    RosterRow,
    roles_in,
)


def stage_roster(caller: Caller, file: StoredFile, roster: Roster) -> ImportJob:
    """Stage the rows with what is wrong against the database too: units, login names."""
    require_scope(
        caller.session,
        caller.actor,
        Permission.ROSTER_IMPORT,
        file.owner_unit_id,
        local_day(caller.now),
    )
    tree = units_there(caller)
    for row in roster.units:
        place_unit(tree, row, file.owner_unit_id)
    taken = names_held(caller.session, [login for row in roster.people for login in _logins(row)])
    for row in roster.people:
        if row.fields.get("unit"):
            unit_of(tree, row, written_unit(row.fields))
        _name_role_units(tree, row)
        for login in _logins(row):
            if login in taken:
                row.troubles.append(
                    RosterFault("login_name_taken", row.sheet, row.row, {"value": login})
                )
    rows = [_staged(row) for row in [*roster.units, *roster.people]]
    return staged_imports.stage(caller, ImportKind.ROSTER, file, Found(rows))


def _name_role_units(tree: UnitNames, row: RosterRow) -> None:
    """Find the units that the row's roles name, and keep what they mean for the preview."""
    named = [(word, unit) for word, unit in roles_in(row.fields) if unit]
    found = [(word, unit_of(tree, row, unit)) for word, unit in named]
    row.fields["roles_over"] = [
        {"role": word, "unit": tree.shortest(unit_id)}
        for word, unit_id in found
        if unit_id is not None
    ]


def _staged(row: RosterRow) -> dict[str, Any]:
    return {
        "place": {"sheet": row.sheet, "row": row.row},
        "outcome": "to_confirm" if row.troubles else "ready",
        "reasons": [{"code": t.code, "params": t.params} for t in row.troubles],
        "record": row.fields,
        "raw": "",
        "decision": "leave" if row.troubles else "take",
    }


def units_there(caller: Caller) -> UnitNames:
    """The units within reach, by name and by what they stand under on the line of the pages."""
    session = caller.session
    parents = unit_trees.parents_on(session, default_line(session).id, local_day(caller.now))
    reach = units_in_scope(caller.actor, Permission.ROSTER_IMPORT, local_day(caller.now))
    units = unit_queries.open_units_within(session, reach)
    return UnitNames.of((unit.id, unit.name, parents.get(unit.id)) for unit in units)


def written_unit(fields: dict[str, Any]) -> str:
    """The unit as a row of people names it: with the one above it where the row says so."""
    above = fields.get("above") or ""
    return f"{above}/{fields['unit']}" if above else str(fields["unit"])


def place_unit(tree: UnitNames, row: RosterRow, owner_id: int) -> int | None:
    """The unit that a row of the sheet of units means, new or there; None with its trouble noted.

    A row without a parent means the one unit of that name, or a new one under the owner.
    """
    name, parent = row.fields.get("name", ""), row.fields.get("parent", "")
    if not name:
        return None
    if parent:
        above = unit_of(tree, row, parent)
        return None if above is None else tree.add(name, above)
    there = tree.find(name)
    return unit_of(tree, row, name) if there else tree.add(name, owner_id)


def unit_of(tree: UnitNames, row: RosterRow, written: str) -> int | None:
    """The one unit that is meant; else None, and the row says why."""
    found = tree.find(written)
    if len(found) == 1:
        return found[0]
    params: dict[str, Any] = {"value": written}
    if found:
        params["choices"] = "；".join(tree.shortest(each) for each in found[:4])
    code = "unit_ambiguous" if found else "unit_unknown"
    row.troubles.append(RosterFault(code, row.sheet, row.row, params))
    return None


def _logins(row: RosterRow) -> list[str]:
    """The cleaned login names that have the right shape."""
    found = []
    for kind in LOGIN_COLUMNS:
        if row.fields.get(kind):
            try:
                found.append(clean_login_name(row.fields[kind]))
            except RuleBroken:
                continue
    return found


def first_login_of(row: ImportRow) -> str:
    """The login name by which a row's person is distinguished; as written where it is none yet."""
    found = next((row.record[kind] for kind in LOGIN_COLUMNS if row.record.get(kind)), "")
    try:
        return clean_login_name(found)
    except RuleBroken:
        return str(found)
