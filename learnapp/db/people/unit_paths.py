"""Units as lists and choices name them: where two share a name, with what is above them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import AuthorityLine, Placement, Unit
from learnapp.domain.people.names import clean_name
from learnapp.domain.people.unit_names import UnitNames, path_steps

_BATCH = 500
_UP = lasting_alias(Placement)


def labels(session: Session, unit_ids: Collection[int], day: date) -> dict[int, str]:
    """Per unit its name, or the shortest path on the default line that means no other unit.

    One statement for 500 units, a second for those of them that have namesakes.
    """
    found: dict[int, str] = {}
    shared: set[str] = set()
    wanted = sorted(unit_ids)
    other = aliased(Unit)
    for start in range(0, len(wanted), _BATCH):
        twin = select(other.id).where(
            other.name == Unit.name, other.id != Unit.id, other.retired_at.is_(None)
        )
        rows = session.execute(
            select(Unit.id, Unit.name, twin.exists()).where(
                Unit.id.in_(wanted[start : start + _BATCH])
            )
        )
        for unit_id, name, has_twin in rows:
            found[unit_id] = name
            if has_twin:
                shared.add(name)
    if not shared:
        return found
    tree = _tree_above(session, sorted(shared), day)
    return {
        unit_id: tree.shortest(unit_id) if name in shared else name
        for unit_id, name in found.items()
    }


def named(session: Session, written: str, day: date) -> list[int]:
    """The units that a path means, such as 城关分局/派出所, on the default line."""
    name = clean_name(path_steps(written)[-1])
    return _tree_above(session, [name], day).find(written)


def _tree_above(session: Session, names: list[str], day: date) -> UnitNames:
    """All units of these names with all that is above them on the default line."""
    known: dict[int, tuple[int, str, int | None]] = {}
    for start in range(0, len(names), _BATCH):
        line = select(AuthorityLine.id).where(AuthorityLine.is_default).scalar_subquery()
        top = (
            select(Unit.id.label("unit_id"))
            .where(Unit.name.in_(names[start : start + _BATCH]))
            .cte("above", recursive=True)
        )
        up = top.union(
            select(_UP.parent_id)
            .join(top, _UP.child_id == top.c.unit_id)
            .where(_UP.line_id == line, _UP.parent_id.is_not(None), in_force(_UP, day))
        )
        rows = session.execute(
            select(Unit.id, Unit.name, Placement.parent_id)
            .join(up, up.c.unit_id == Unit.id)
            .outerjoin(
                Placement,
                (Placement.child_id == Unit.id)
                & (Placement.line_id == line)
                & in_force(Placement, day),
            )
        )
        known |= {row[0]: (row[0], row[1], row[2]) for row in rows}
    return UnitNames.of(known.values())
