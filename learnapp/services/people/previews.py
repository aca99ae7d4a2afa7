"""What an action on a person would change in their figures: the action itself, done and undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths
from learnapp.db.progress import counters, figure_facts
from learnapp.db.progress.standings import StagePart, of_person
from learnapp.domain.core.calendar import local_day


@dataclass(frozen=True)
class StagePosition:
    """Where the person counts in a stage, and with what."""

    unit: str
    owed: int
    done: int
    excused: int
    due: int
    due_done: int


@dataclass(frozen=True)
class StageChange:
    """A stage whose figures the action changes: the person's part before and after; None: none."""

    programme: str
    stage: str
    before: StagePosition | None
    after: StagePosition | None


def what_changes(caller: Caller, person_id: int, action: Callable[[], object]) -> list[StageChange]:
    """The stages in force in which the person's figures would be others after the action.

    Everything is undone again. Raises what the action raises.
    """
    session = caller.session
    counters.refresh(session, caller.now, [person_id])
    before = of_person(session, person_id, caller.now)
    undone = session.begin_nested()
    try:
        action()
        counters.refresh(session, caller.now, [person_id])
        after = of_person(session, person_id, caller.now)
    finally:
        undone.rollback()
    units = {part.unit_id for found in (before, after) for part in found.values()}
    names = unit_paths.labels(session, units, local_day(caller.now))
    changes = []
    for stage in figure_facts.stages_in_force(session):
        old, new = (
            _counted(part, names) if (part := found.get(stage.id)) else None
            for found in (before, after)
        )
        if old != new:
            changes.append(StageChange(stage.programme_name, stage.name, old, new))
    return changes


def _counted(part: StagePart, names: dict[int, str]) -> StagePosition:
    counts = part.counts
    return StagePosition(
        names[part.unit_id], counts.owed, counts.done, counts.excused, counts.due, counts.due_done
    )
