"""The figures of a past day: as they were reported at its end, which never changes, or as they are known
now, with all that was recorded since."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts, unit_figures
from learnapp.db.progress.fact_counts import counts_from_facts, end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.unit_figures import Branch, UnitInReach
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.progress.verdict import Checkpoint, last_checkpoint, time_share
from learnapp.services.progress import figures
from learnapp.services.progress.figures import Figures

MOST_PEOPLE = 3_000  # of whom a past day is counted from the facts while somebody waits


def as_reported(caller: Caller, stage: StageInForce, unit_id: int, day: date) -> Figures:
    """The figures of a past day as they were reported at its end: never changes afterwards. Raises
    NotFound where the stage was not published by then."""
    session = caller.session
    then = figures.stage_then(session, stage, day)
    if then is None:
        raise NotFound("stage_unknown")
    at = end_of_day(day)
    unit = figures.in_reach(session, caller.actor, then, unit_id, local_day(caller.now))
    return _figures(session, then, unit, at, _branches_then(session, then, unit, at))


def as_known_now(caller: Caller, stage: StageInForce, unit_id: int, day: date) -> Figures:
    """The figures of a past day with what was recorded since, by the requirements in force now.

    Raises RuleBroken("day", "too_many_to_count_again") for more than `MOST_PEOPLE`.
    """
    session, at = caller.session, Moment(end_of_day(day).as_of)
    unit = figures.in_reach(session, caller.actor, stage, unit_id, local_day(caller.now))
    if figures.unit_total(caller, stage, unit_id).counts.people > MOST_PEOPLE:
        raise RuleBroken("day", "too_many_to_count_again", most=MOST_PEOPLE)
    within = figures.subtree_of(stage, unit, day)
    own = counts_from_facts(session, stage, at, within)
    found = unit_figures.branches_of(session, stage, unit, at, own)
    return _figures(session, stage, unit, Moment(at.as_of, caller.now), found)


def _figures(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment, found: list[Branch]
) -> Figures:
    """Figures at the end of a day, judged by the last checkpoint up to it, as it was reported."""
    calendar = figure_facts.calendar_of(session, stage, at.known_at)
    time = time_share(calendar, stage.first_day, stage.last_day, end_of(at.day))
    judged = _judged(session, stage, unit, at)
    rows = figures.rows_of(session, found, at.day, judged or {})
    day = None if judged is None else _checkpoint(stage, at)
    return Figures(stage, at.as_of, at.known_at or at.as_of, time, rows, day)


def _checkpoint(stage: StageInForce, at: Moment) -> date | None:
    """The checkpoint of a day: a Sunday is its own, for it is over when the figures are read."""
    return last_checkpoint(stage.first_day, end_of(at.day))


def _judged(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment
) -> dict[int, Checkpoint] | None:
    day = _checkpoint(stage, at)
    then = None if day is None else figures.stage_then(session, stage, day)
    if day is None or then is None:
        return None
    past = unit_figures.branches(session, then, unit, end_of_day(day))
    calendar = figure_facts.calendar_of(session, then, end_of_day(day).known_at)
    time = time_share(calendar, then.first_day, then.last_day, end_of(day))
    return {
        each: Checkpoint(day, time, counts.task_share) for each, counts in figures.by_branch(past)
    }


def _branches_then(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment
) -> list[Branch]:
    """The branches at the end of a past day: what was stored then, else from the facts."""
    if unit_figures.has_stored_days(session, stage, at.day):
        return unit_figures.branches(session, stage, unit, at)
    own = counts_from_facts(session, stage, at)
    return unit_figures.branches_of(session, stage, unit, at, own)
