"""Named queries of what was recorded of units at the end of a stage: 评估验收 and 转段."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.people.models import Unit
from learnapp.db.study.models import StageStepRow


@dataclass(frozen=True)
class UnitOfStage:
    """A unit within a programme with what was recorded of it at the end of a stage, in order."""

    unit_id: int
    name: str
    steps: list[StageStepRow]


def steps_of(session: Session, stage: int, units: Collection[int]) -> dict[int, list[StageStepRow]]:
    """What was recorded of these units for a stage (its identity), by unit, in order."""
    found: dict[int, list[StageStepRow]] = {unit_id: [] for unit_id in units}
    rows = session.scalars(
        select(StageStepRow)
        .where(StageStepRow.stage_id == stage, one_of(StageStepRow.unit_id, units))
        .order_by(StageStepRow.id)
    )
    for row in rows:
        found[row.unit_id].append(row)
    return found


def units_of(
    session: Session, stage: int, within: Select[int], span: tuple[int, int]
) -> tuple[list[UnitOfStage], int]:
    """A page (offset, limit) of the units within, by level and name, and how many there are."""
    wanted = select(Unit.id, Unit.name).where(Unit.id.in_(within), Unit.retired_at.is_(None))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    offset, limit = span
    order = (Unit.level, Unit.sort_key, Unit.id)
    rows = session.execute(wanted.order_by(*order).offset(offset).limit(limit)).all()
    steps = steps_of(session, stage, [unit_id for unit_id, _ in rows])
    return [UnitOfStage(unit_id, name, steps[unit_id]) for unit_id, name in rows], total


def among(session: Session, units: Collection[int], within: Select[int]) -> set[int]:
    """Those of the units that are within."""
    found = select(Unit.id).where(one_of(Unit.id, units), Unit.id.in_(within))
    return set(session.scalars(found))
