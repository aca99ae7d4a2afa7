"""建制序: the established order of the units below one, recorded with the day from which it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_contents, unit_paths, units
from learnapp.db.people.models import Unit, UnitPosition
from learnapp.db.people.scope import require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.unit_deeds import order_key

_RIGHT = Permission.ROSTER_IMPORT
_LAST = 9999


@dataclass(frozen=True)
class OrderedUnit:
    """A unit with its place among its siblings; None: by pinyin, after those with one."""

    unit_id: int
    name: str
    position: int | None


def order_of(caller: Caller, unit_id: int) -> list[OrderedUnit]:
    """The units under one within reach, in their order. Raises Forbidden, NotFound."""
    session, day = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, _RIGHT, unit_id, day)
    children = units.children_of(session, unit_id, day)
    names = unit_paths.labels(session, children, day)
    return [
        OrderedUnit(each, names[each], unit_contents.position_of(session, each))
        for each in children
    ]


def put_in_order(caller: Caller, unit_id: int, positions: Mapping[int, int | None]) -> int:
    """Give units under one within reach their places from today on; how many got another.

    Raises Forbidden, NotFound for a unit that is not under it; RuleBroken("positions",
    "positions_out_of_range").
    """
    session, today = caller.session, local_day(caller.now)
    here = {each.unit_id: each for each in order_of(caller, unit_id)}
    if not set(positions) <= set(here):
        raise NotFound()
    changed = 0
    for child, position in positions.items():
        if position is not None and not 1 <= position <= _LAST:
            raise RuleBroken("positions", "positions_out_of_range")
        if position == here[child].position:
            continue
        unit = session.get_one(Unit, child, with_for_update=True)
        session.add(
            UnitPosition(
                unit_id=child,
                position=position,
                valid_from=today,
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
            )
        )
        unit.sort_key = order_key(unit.name, position)
        changed += 1
    if changed:
        audit_log.record(caller, "unit.ordered", ("unit", unit_id), count=changed)
    session.flush()
    return changed
