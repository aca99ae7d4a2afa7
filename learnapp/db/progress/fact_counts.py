"""Counts of units straight from the facts: the proof of what is stored, and what is stored where a past
day's end was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from learnapp.db.people.models import Membership
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.db.progress.models import StageCounting, UnitDay
from learnapp.domain.core.calendar import end_of
from learnapp.domain.progress.figures import (
    Counts,
    PersonFacts,
    count_person,
)
from learnapp.domain.progress.tallies import TallyPlan
from learnapp.domain.progress.tally_sums import StageReckoner, difference
from learnapp.domain.progress.verdict import last_checkpoint
from learnapp.domain.study.programme import Duty

_UNITS = 1  # in one transaction
_ONE_BY_ONE = 300  # of so many people each is counted by the plain rule of one person
_COLUMNS = ("people", "owed", "done", "excused", "due", "due_done", "under_half", "behind")


def end_of_day(day: date) -> Moment:
    """The end of a day, as it was known then."""
    cut_off = end_of(day) - timedelta(microseconds=1)
    return Moment(cut_off, cut_off)


def counts_from_facts(
    session: Session, stage: StageInForce, at: Moment, within: Select[int] | None = None
) -> dict[int, Counts]:
    """Per unit the counts of its own members; `within` limits to these units."""
    duties = figure_facts.duties_of(session, [stage.id], at.known_at)[stage.id]
    items = {duty.item_id for duty in duties}
    whom = MemberChoice(units=within)
    members = figure_facts.facts_of(session, stage.line_id, at, items, whom)
    return counts_of(members, duties, at.as_of)


def counts_of(
    members: Sequence[PersonFacts], duties: Sequence[Duty], as_of: datetime
) -> dict[int, Counts]:
    """Per unit the counts of these members by these duties."""
    if len(members) > _ONE_BY_ONE:
        return _together(members, duties, as_of)
    own: dict[int, Counts] = {}
    for facts in members:
        counted = count_person(facts, duties, as_of)
        own[facts.unit_id] = own.get(facts.unit_id, Counts()) + counted
    return own


def _together(
    members: Sequence[PersonFacts], duties: Sequence[Duty], as_of: datetime
) -> dict[int, Counts]:
    """The same of many people, those of one kind together."""
    plan = TallyPlan({duty.requirement_id: duty.due_at for duty in duties})
    reckoner = StageReckoner(plan, duties)
    sums = difference(plan, (), [reckoner.stored(facts).packed for facts in members])
    for (unit_id, due_at), counts in sums.due.items():
        if due_at <= as_of:
            sums.units[unit_id] += counts
    return sums.units


def checkpoint_to_keep(stage: StageInForce, row: StageCounting, now: datetime) -> date | None:
    """The last checkpoint, when its day ended before days were stored and it has not been stored since."""
    day = last_checkpoint(stage.first_day, now)
    if day is None or row.stored_from <= day or row.checkpoint == day or row.counted_to is not None:
        return None
    published = stage.published_at
    return day if published is not None and published < end_of(day) else None


def keep_some(session: Session, stage: StageInForce, row: StageCounting, day: date) -> None:
    """Keep the counts of some units at a checkpoint, from the facts; the day is stored when all are."""
    units = list(
        session.scalars(
            select(Membership.unit_id)
            .where(Membership.line_id == stage.line_id, Membership.unit_id > row.checkpoint_cursor)
            .distinct()
            .order_by(Membership.unit_id)
            .limit(_UNITS)
        )
    )
    if not units:
        row.checkpoint, row.checkpoint_cursor = day, 0
        session.flush()
        return
    session.execute(
        delete(UnitDay).where(
            UnitDay.stage_id == stage.identity, UnitDay.day == day, UnitDay.unit_id.in_(units)
        )
    )
    within = select(Membership.unit_id).where(Membership.unit_id.in_(units))
    counts = counts_from_facts(session, stage, end_of_day(day), within)
    rows = [
        {"stage_id": stage.identity, "day": day, "unit_id": unit_id}
        | {name: getattr(each, name) for name in _COLUMNS}
        for unit_id, each in sorted(counts.items())
    ]
    if rows:
        session.execute(insert(UnitDay), rows)
    row.checkpoint_cursor = units[-1]
    session.flush()
