"""The home of who answers for units: each running stage now, since the last Friday, and who needs what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts, people_pages, unit_figures
from learnapp.db.progress.fact_counts import end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.tally_store import plan_of
from learnapp.db.progress.unit_figures import StageMoment
from learnapp.db.study import owed as owed_queries
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.share import Share
from learnapp.domain.progress.changes import Change, last_friday, to_work_on
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.verdict import Checkpoint, last_checkpoint, time_share
from learnapp.domain.study.programme import Duty
from learnapp.services.progress import figures

MOST_ITEMS = 24
_MOST_NAMED = 200  # where more people are meant, units are worked on and no names are listed


@dataclass(frozen=True)
class StageNow:
    """A stage over a unit and all below it: now, at the last checkpoint, since the last Friday.

    `change` is None where nothing is stored of that Friday, or the stage had not begun.
    """

    stage: StageInForce
    unit_id: int
    unit_name: str
    counts: Counts
    time: Share
    checkpoint: date | None
    judged: Checkpoint | None
    change: Change | None


def stage_now(caller: Caller, stage: StageInForce, unit_id: int) -> StageNow:
    """A running stage over a unit. One statement where nothing was revised. Raises NotFound."""
    session, now = caller.session, caller.now
    unit = figures.in_reach(session, caller.actor, stage, unit_id, local_day(now))
    day, friday = last_checkpoint(stage.first_day, now), last_friday(now)
    past = {each: _then(session, stage, each) for each in (day, friday) if each is not None}
    known = {each: then for each, then in past.items() if then is not None}
    moments = [StageMoment(stage, Moment(now))]
    moments += [StageMoment(then, end_of_day(each)) for each, then in known.items()]
    found, *before = unit_figures.branches_at(session, moments, unit)
    counts = figures.total_of(found)
    whole = {
        each: figures.total_of(rows)
        for each, rows in zip(known, before, strict=True)
        if rows and all(row.is_stored for row in rows)
    }
    calendar = figure_facts.calendar_of(session, stage)
    judged = None
    if day in whole and day is not None:
        then = known[day]
        span = time_share(calendar, then.first_day, then.last_day, end_of(day))
        judged = Checkpoint(day, span, whole[day].task_share)
    return StageNow(
        stage,
        unit_id,
        found[0].name if found else "",
        counts,
        time_share(calendar, stage.first_day, stage.last_day, now),
        day if day in known else None,
        judged,
        Change(friday, whole[friday], counts) if friday in whole else None,
    )


def _then(session: Session, stage: StageInForce, day: date) -> StageInForce | None:
    return figures.stage_then(session, stage, day) if day >= stage.first_day else None


@dataclass(frozen=True)
class WorkItem:
    """Something that people of a unit owe and have not done: `names` by pinyin, where they are few."""

    item_id: int
    title: str
    due_at: datetime
    waiting: int
    is_overdue: bool
    names: tuple[str, ...] = ()


def to_do(caller: Caller, stage: StageInForce, unit_id: int) -> list[WorkItem]:
    """What is owed of a stage this week and was in the two before it, what fell due first coming first;
    never ordered by people. Names of exams are left to their list, which knows what may be shown."""
    session = caller.session
    unit = figures.in_reach(session, caller.actor, stage, unit_id, local_day(caller.now))
    within = figures.subtree_of(stage, unit, local_day(caller.now))
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    chosen = to_work_on(duties, caller.now, MOST_ITEMS)
    counts = unit_figures.requirement_counts(
        session, [each.requirement_id for each in chosen], within
    )
    open_ = []
    for each in chosen:
        owed, done = counts.get(each.requirement_id, (0, 0))
        if owed > done:
            open_.append((each, owed - done))
    items = owed_queries.items_of(session, [each.item_id for each, _ in open_])
    found = [
        WorkItem(
            each.item_id, items[each.item_id].title, each.due_at, waiting, each.due_at <= caller.now
        )
        for each, waiting in open_
    ]
    return _with_names(session, stage, [each for each, _ in open_], found, within)


def _with_names(
    session: Session,
    stage: StageInForce,
    duties: Sequence[Duty],
    found: list[WorkItem],
    within: Select[int],
) -> list[WorkItem]:
    read = [each for each in duties if not each.by_window]
    waiting = sum(
        row.waiting for row, each in zip(found, duties, strict=True) if not each.by_window
    )
    if not read or waiting > _MOST_NAMED:
        return found
    plan = plan_of(session, stage.id)
    named = people_pages.names_with_open(
        session, stage.id, plan, [each.requirement_id for each in read], within
    )
    return [
        replace(row, names=tuple(named.get(each.requirement_id, ())))
        for row, each in zip(found, duties, strict=True)
    ]
