"""A unit and every unit below it, at any depth: what one workbook of a whole line says."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts, unit_figures
from learnapp.db.progress.fact_counts import end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.unit_figures import StageMoment, UnitInReach
from learnapp.db.reports import issues
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.share import Share
from learnapp.domain.people.unit_order import in_tree_order
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint, last_checkpoint, time_share
from learnapp.domain.reports.weekly import UnitFacts, rolled_up
from learnapp.services.progress import figures
from learnapp.services.progress.figures import Figures, UnitFigures


def all_units(caller: Caller, stage: StageInForce, unit_id: int) -> Figures:
    """The figures of a unit and of every unit below it now, each with all below it, in the established
    order; of what is within reach. Six statements whatever their number. Raises NotFound."""
    session, now = caller.session, caller.now
    today = local_day(now)
    unit = figures.in_reach(session, caller.actor, stage, unit_id, today)
    counts = unit_figures.own_counts(session, StageMoment(stage, Moment(now)), unit)
    day, span, past = _judged(session, stage, unit, caller)
    own = {each: UnitFacts(mine, past.get(each, Counts())) for each, mine in counts.items()}
    placed = [
        each for each in issues.placed(session, stage.line_id, today, now) if each.unit_id in counts
    ]
    parents = {each.unit_id: each.parent_id if each.unit_id != unit_id else None for each in placed}
    names = {each.unit_id: each.name for each in placed}
    whole = rolled_up(own, parents)
    rows = [
        UnitFigures(each, names[each], depth, whole[each].counts, _of(whole[each], day, span))
        for each, depth in in_tree_order(
            [(e.unit_id, e.level, e.sort_key) for e in placed], parents
        )
    ]
    if not rows:
        raise NotFound()
    time = time_share(
        figure_facts.calendar_of(session, stage), stage.first_day, stage.last_day, now
    )
    return Figures(stage, now, now, time, rows, day)


def _judged(
    session: Session, stage: StageInForce, unit: UnitInReach, caller: Caller
) -> tuple[date | None, Share | None, dict[int, Counts]]:
    """The last checkpoint, the time share then, and each unit's own counts; None while it is counted."""
    day = last_checkpoint(stage.first_day, caller.now)
    then = None if day is None else figures.stage_then(session, stage, day)
    if day is None or then is None:
        return None, None, {}
    past = unit_figures.own_counts(session, StageMoment(then, end_of_day(day), True), unit)
    if not past:
        return day, None, {}
    calendar = figure_facts.calendar_of(session, stage)
    return day, time_share(calendar, then.first_day, then.last_day, end_of(day)), past


def _of(facts: UnitFacts, day: date | None, span: Share | None) -> Checkpoint | None:
    if day is None or span is None or facts.judged is None:
        return None
    return Checkpoint(day, span, facts.judged.task_share)
