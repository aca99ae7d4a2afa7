"""Which unit a cell of a roster means: one that is there, or one that the rows before it make."""

from __future__ import annotations

from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_trees
from learnapp.db.people import units as unit_queries
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people.roster_file import RosterFault, RosterRow


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
        params["choices"] = [tree.shortest(each) for each in found[:4]]
    code = "unit_ambiguous" if found else "unit_unknown"
    row.troubles.append(RosterFault(code, row.sheet, row.row, params))
    return None
