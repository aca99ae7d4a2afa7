"""评估验收 and 转段 of a stage, recorded unit by unit; a step is taken back by a further one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.unit_trees import subtree
from learnapp.db.study import stage_steps
from learnapp.db.study.models import StageStepRow
from learnapp.db.study.programmes import published_stage
from learnapp.db.study.stage_steps import UnitOfStage as UnitOfStage
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.study.acceptance import StageStep, check_step, position
from learnapp.services.study import programmes
from learnapp.services.study.programmes import Plan


@dataclass(frozen=True)
class NewStep:
    """A step as it is recorded: on which day it was decided, with a note."""

    step: StageStep
    on: date
    note: str = ""


def units_of_stage(
    caller: Caller, programme_id: int, stage: int | None, span: tuple[int, int]
) -> tuple[Plan, list[UnitOfStage], int]:
    """A page (offset, limit) of the units that a programme asks, with what was recorded of each, and
    how many units there are. Raises NotFound."""
    plan = programmes.plan_in_reach(caller, programme_id, stage)
    found, total = stage_steps.units_of(caller.session, plan.identity, _units(caller, plan), span)
    return plan, found, total


def _units(caller: Caller, plan: Plan) -> Select[int]:
    owner, line = plan.programme.owner_unit_id, plan.programme.line_id
    return subtree(owner, line, local_day(caller.now))


def record(
    caller: Caller, programme_id: int, stage: int, units: Collection[int], new: NewStep
) -> int:
    """Record a step of a published stage for these units; how many it was new to: a unit that is
    there already is left as it is.

    Nothing is recorded where one of the units may not take the step. Raises NotFound; Conflict
    ("not_published_yet"); RuleBroken: units_needed, day_in_future, as `check_step` does, naming the
    unit.
    """
    session = caller.session
    plan = programmes.plan_in_reach(caller, programme_id, stage)
    if published_stage(session, plan, plan.revision.number) is None:
        raise Conflict("not_published_yet")
    if not units:
        raise RuleBroken("unit", "units_needed")
    if new.on > local_day(caller.now):
        raise RuleBroken("on", "day_in_future")
    if stage_steps.among(session, units, _units(caller, plan)) != set(units):
        raise NotFound("unit_unknown")
    history = stage_steps.steps_of(session, plan.identity, units)
    fresh = [unit_id for unit_id in units if not _is_there(history[unit_id], new.step)]
    for unit_id in fresh:
        check_step([StageStep(each.step) for each in history[unit_id]], new.step)
    for unit_id in fresh:
        session.add(_row(caller, plan.identity, unit_id, new))
    session.flush()
    if fresh:
        audit_log.record(caller, f"stage.{new.step}", ("programme", programme_id), count=len(fresh))
    return len(fresh)


def _is_there(history: Sequence[StageStepRow], step: StageStep) -> bool:
    """Whether the last step of a unit that holds is this one already; a withdrawal never does."""
    return position([StageStep(each.step) for each in history]) is step


def _row(caller: Caller, stage: int, unit_id: int, new: NewStep) -> StageStepRow:
    return StageStepRow(
        stage_id=stage,
        unit_id=unit_id,
        step=new.step,
        on_day=new.on,
        note=new.note.strip()[: lengths.LINE],
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
