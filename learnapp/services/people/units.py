"""Units by forms: added under another, renamed, moved on a line, put away and brought back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_contents, unit_paths, unit_trees, units
from learnapp.db.people.models import AuthorityLine, Unit, UnitName
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.people.units import PlaceOnLine, UnitHead
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import UnitKind
from learnapp.domain.people.unit_deeds import order_key
from learnapp.domain.people.unit_order import in_tree_order
from learnapp.services.people import people
from learnapp.services.people.naming import NameKind, NewName, checked_name

_RIGHT = Permission.ROSTER_IMPORT
_DEEPEST = 9


@dataclass(frozen=True)
class TreeRow:
    """A unit at its place in the tree of a line; `elsewhere`: under what it is on the other lines, in
    their order, None where it has no place there."""

    unit: Unit
    name: str
    depth: int
    members: int
    heads: list[UnitHead]
    elsewhere: list[str | None]


@dataclass(frozen=True)
class UnitTree:
    """The units within reach on a line: those placed, those with no place on it, those put away."""

    line: AuthorityLine
    lines: Sequence[AuthorityLine]
    placed: list[TreeRow]
    unplaced: list[TreeRow]
    retired: list[TreeRow]


@dataclass(frozen=True)
class UnitPlace:
    """A unit's place on a line: under which unit (None: at the top, or nowhere)."""

    line: AuthorityLine
    placed: bool
    parent: str
    parent_id: int | None


@dataclass(frozen=True)
class UnitPage:
    """A unit with its places, names, heads, members and the units under it."""

    unit: Unit
    label: str
    places: list[UnitPlace]
    names: Sequence[UnitName]
    members: int
    heads: list[UnitHead]
    children: list[tuple[int, str]]


@dataclass(frozen=True)
class NewUnit:
    """A unit to come: what it is, under whom on which line, from which day on."""

    name: str
    kind: UnitKind
    parent_id: int
    line_id: int
    from_day: date


def tree_of(caller: Caller, line_id: int | None) -> UnitTree:
    """The tree of a line (None: the default one). Raises Forbidden, NotFound."""
    caller.actor.must(_RIGHT)
    session, day = caller.session, local_day(caller.now)
    lines = units.lines(session)
    line = next((each for each in lines if line_id in (None, each.id)), None)
    if line is None:
        raise NotFound("line_unknown")
    reach = units_in_scope(caller.actor, _RIGHT, day)
    found = {unit.id: unit for unit in units.units_within(session, reach)}
    parents = unit_trees.parents_on(session, line.id, day)
    members = units.members_by_unit(session, reach, day, caller.now)
    names, heads = unit_paths.labels(session, found, day), _heads(caller, reach)
    beside = [unit_trees.parents_on(session, each.id, day) for each in lines if each.id != line.id]

    def row(unit_id: int, depth: int) -> TreeRow:
        here = heads.get(unit_id, [])
        above = [
            names.get(there[unit_id] or 0, "") if unit_id in there else None for there in beside
        ]
        return TreeRow(found[unit_id], names[unit_id], depth, members.get(unit_id, 0), here, above)

    active = [each for each in found.values() if each.retired_at is None]
    order = in_tree_order(
        [(each.id, each.level, each.sort_key) for each in active if each.id in parents], parents
    )
    return UnitTree(
        line,
        lines,
        [row(unit_id, depth) for unit_id, depth in order],
        [row(each.id, 0) for each in active if each.id not in parents],
        [row(each.id, 0) for each in found.values() if each.retired_at is not None],
    )


def _heads(caller: Caller, within: Collection[int] | Select[int]) -> dict[int, list[UnitHead]]:
    found: dict[int, list[UnitHead]] = {}
    for head in units.heads_within(caller.session, within, local_day(caller.now)):
        found.setdefault(head.unit_id, []).append(head)
    return found


def _reached(caller: Caller, unit_id: int, *, to_change: bool = True) -> Unit:
    """A unit within reach, locked `to_change` it. Raises Forbidden, NotFound."""
    require_scope(caller.session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    return caller.session.get_one(Unit, unit_id, with_for_update=to_change or None)


def page_of(caller: Caller, unit_id: int) -> UnitPage:
    """A unit within reach. Raises Forbidden, NotFound."""
    unit, session = _reached(caller, unit_id, to_change=False), caller.session
    day = local_day(caller.now)
    places = units.places_of(session, unit_id, day)
    children = units.children_of(session, unit_id, day)
    parents = {each.placement.parent_id for each in places if each.placement is not None}
    above = {each for each in parents if each is not None}
    names = unit_paths.labels(session, {unit_id, *above, *children}, day)
    return UnitPage(
        unit,
        names[unit_id],
        [_place(each, names) for each in places],
        units.names_of(session, unit_id),
        units.members_by_unit(session, [unit_id], day, caller.now).get(unit_id, 0),
        _heads(caller, [unit_id]).get(unit_id, []),
        [(each, names[each]) for each in children],
    )


def _place(found: PlaceOnLine, names: Mapping[int, str]) -> UnitPlace:
    if found.placement is None:
        return UnitPlace(found.line, False, "", None)
    parent_id = found.placement.parent_id
    return UnitPlace(found.line, True, names.get(parent_id or 0, ""), parent_id)


def add(caller: Caller, new: NewUnit) -> Unit:
    """A new unit under one within reach.

    Raises Forbidden, NotFound, RuleBroken of "name", "parent" or "from_day".
    """
    parent = _reached(caller, new.parent_id)
    if parent.retired_at is not None:
        raise RuleBroken("parent", "unit_is_retired")
    name = checked_name(new.name)
    _check_line(caller, new.line_id)
    _check_day(new.from_day)
    if units.siblings_named(caller.session, parent.id, new.line_id, name, new.from_day):
        raise RuleBroken("name", "unit_name_taken")
    unit = people.add_unit(caller, name, new.kind, min(parent.level + 1, _DEEPEST))
    people.place_unit(caller, new.line_id, parent.id, unit.id, new.from_day)
    caller.session.flush()
    return unit


def _check_line(caller: Caller, line_id: int) -> None:
    if units.line_of(caller.session, line_id) is None:
        raise NotFound("line_unknown")


def _check_day(day: date) -> None:
    if not 1950 <= day.year <= 2100:
        raise RuleBroken("from_day", "date_unlikely")


def rename(caller: Caller, unit_id: int, new: NewName) -> bool:
    """Give a unit within reach a new name, from a day not after today on; False if it has it.

    Raises Forbidden, NotFound, RuleBroken of "name" or "from_day".
    """
    unit, name, today = _reached(caller, unit_id), checked_name(new.name), local_day(caller.now)
    if new.from_day > today:
        raise RuleBroken("from_day", "in_the_future")
    if name == unit.name:
        return False
    if not units.names_of(caller.session, unit_id):
        began = min(local_day(unit.recorded_at), new.from_day)
        _record(caller, unit_id, NewName(unit.name, NameKind.CHANGE, began))
    _record(caller, unit_id, NewName(name, new.kind, new.from_day))
    position = unit_contents.position_of(caller.session, unit_id)
    unit.name, unit.sort_key = name, order_key(name, position)
    audit_log.record(caller, "unit.renamed", ("unit", unit_id), kind=new.kind)
    caller.session.flush()
    return True


def _record(caller: Caller, unit_id: int, new: NewName) -> None:
    caller.session.add(
        UnitName(
            unit_id=unit_id,
            name=new.name,
            kind=new.kind,
            valid_from=new.from_day,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    caller.session.flush()


def move(caller: Caller, unit_id: int, line_id: int, parent_id: int, from_day: date) -> int:
    """Put a unit with all below it under another on a line from a day on; how many people move.

    Both, and its present parent, must be within reach. Raises Forbidden("unit_above_reach"),
    NotFound, RuleBroken of "parent" or "from_day".
    """
    unit, parent = _reached(caller, unit_id), _reached(caller, parent_id)
    _check_line(caller, line_id)
    _check_day(from_day)
    session, today = caller.session, local_day(caller.now)
    _check_own_place(caller, unit_id, line_id)
    if parent.retired_at is not None or unit.retired_at is not None:
        raise RuleBroken("parent", "unit_is_retired")
    below = unit_trees.subtree(unit_id, line_id, max(from_day, today))
    if parent_id in set(session.scalars(below)):
        raise RuleBroken("parent", "unit_below_itself")
    if units.placed_later(session, unit_id, line_id, from_day):
        raise RuleBroken("from_day", "unit_placed_later")
    if unit_trees.parents_on(session, line_id, from_day).get(unit_id) == parent_id:
        raise RuleBroken("parent", "unit_is_there")
    return people.place_unit(caller, line_id, parent_id, unit_id, from_day)


def people_moved(caller: Caller, unit_id: int, line_id: int, parent_id: int, from_day: date) -> int:
    """How many people `move` would move, by moving and undoing it. Raises as `move`."""
    with caller.session.begin_nested() as undone:
        moved = move(caller, unit_id, line_id, parent_id, from_day)
        undone.rollback()
    return moved


def _check_own_place(caller: Caller, unit_id: int, line_id: int) -> None:
    """Refuse to take a unit from under one that the actor does not reach."""
    session, today = caller.session, local_day(caller.now)
    parents = unit_trees.parents_on(session, line_id, today)
    above = parents.get(unit_id)
    if unit_id in parents and above is None:
        raise Forbidden("unit_above_reach")
    if above is not None and caller.actor.person_id is not None:
        try:
            require_scope(session, caller.actor, _RIGHT, above, today)
        except NotFound as out:
            raise Forbidden("unit_above_reach") from out


def retire(caller: Caller, unit_id: int) -> bool:
    """Put away a unit in which nobody serves and which has no units under it; False if it is already.

    Raises Forbidden, NotFound, Conflict("unit_has_members", "unit_has_children", "unit_has_roles").
    """
    unit = _reached(caller, unit_id)
    if unit.retired_at is not None:
        return False
    code = units.in_use(caller.session, unit_id, local_day(caller.now), caller.now)
    if code is not None:
        raise Conflict(code)
    unit.retired_at = caller.now
    audit_log.record(caller, "unit.retired", ("unit", unit_id))
    caller.session.flush()
    return True


def restore(caller: Caller, unit_id: int) -> bool:
    """Bring a unit back to its place; False if it was not put away. Raises Forbidden, NotFound."""
    unit = _reached(caller, unit_id)
    if unit.retired_at is None:
        return False
    unit.retired_at = None
    audit_log.record(caller, "unit.restored", ("unit", unit_id))
    caller.session.flush()
    return True
