"""The counters behind the figures, kept up to date: computed from the facts for those whom a change touches.

What is to be counted without a fact of one person (a new revision, a corrected window, memberships that
begin or end today, who has retired) is found by `catch_up`, some people at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select, union, update
from sqlalchemy.orm import Session

from learnapp.db.core.upsert import insert_if_new
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.models import Membership, Person, Placement
from learnapp.db.progress import fact_counts, figure_facts, old_stages, tally_store
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.db.progress.models import StageCounting, Standing
from learnapp.db.study.models import Item, Requirement
from learnapp.domain.core.calendar import local_day

BATCH = 100  # people that are counted in one transaction: nobody waits long for their locks
AT_ONCE = 150  # a stage with so many people is counted when it is published


def refresh(session: Session, now: datetime, people: Collection[int] | None = None) -> None:
    """Compute the counters of these people (None: of all) again from the facts, and store them."""
    session.flush()
    if people is None:
        session.execute(update(StageCounting).values(counted_to=0))
        refresh_stale(session, now)
        return
    stages = figure_facts.stages_in_force(session)
    wanted = sorted(set(people))
    for start in range(0, len(wanted), AT_ONCE):
        _count(session, now, stages, wanted[start : start + AT_ONCE])


def _count(
    session: Session, now: datetime, stages: Collection[StageInForce], people: list[int]
) -> None:
    """Keep the tallies of some people in some stages; the facts of a line are read once."""
    at = Moment(now)
    duties = figure_facts.duties_in_force(session, stages)
    for line_id in sorted({stage.line_id for stage in stages}):
        here = [stage for stage in stages if stage.line_id == line_id]
        items = {duty.item_id for stage in here for duty in duties[stage.id]}
        facts = figure_facts.facts_of(session, line_id, at, items, MemberChoice(people))
        for stage in here:
            reckoner = tally_store.reckoner_of(session, stage)
            fresh = {each.person_id: reckoner.stored(each) for each in facts}
            tally_store.replace(session, stage, at.day, people, fresh)


def begin(session: Session, now: datetime) -> None:
    """Count the stages that have just been published: at once where few people are concerned, else
    with the scheduler's next rounds."""
    session.flush()
    few = True
    for stage in figure_facts.stages_in_force(session):
        _begun(session, stage, local_day(now))
        members = counting_members(stage.line_id, now).limit(AT_ONCE + 1)
        few &= len(session.execute(members).all()) <= AT_ONCE
    if few:
        refresh_stale(session, now)


def _begun(session: Session, stage: StageInForce, today: date) -> None:
    row = {"stage_id": stage.id, "counted_to": 0, "kept_from": today, "day": today}
    statement = insert_if_new(session, StageCounting)
    session.execute(
        statement.values(row | {"day_cursor": 0, "checkpoint": None, "checkpoint_cursor": 0})
    )


def begin_again(session: Session, now: datetime) -> None:
    """Let `catch_up` count everybody again, as if keeping days began today: facts of long ago were
    inserted."""
    today = local_day(now)
    fresh = {"counted_to": 0, "stored_from": today, "day": today, "checkpoint": None}
    session.execute(update(StageCounting).values(fresh | {"checkpoint_cursor": 0}))


def recount_exam(session: Session, exam_id: int) -> None:
    """Count everybody again in the stages that ask for an exam: its window was put right."""
    session.flush()
    asking = (
        select(Requirement.stage_id)
        .join(Item, Item.id == Requirement.item_id)
        .where(Item.exam_id == exam_id)
    )
    _count_again(session, StageCounting.stage_id.in_(asking))


def refresh_moved(session: Session, now: datetime, line_id: int, people: Collection[int]) -> None:
    """Count people below a unit that was moved on a line: a few at once; where they are many, the
    stages of the line that ask by unit are counted again by the scheduler."""
    if len(people) <= BATCH:
        refresh(session, now, people)
        return
    session.flush()
    stages = [each for each in figure_facts.stages_in_force(session) if each.line_id == line_id]
    by_unit = [stage.id for stage in stages if _asks_by_unit(session, stage)]
    _count_again(session, StageCounting.stage_id.in_(by_unit))


def refresh_many(session: Session, now: datetime, people: Collection[int]) -> None:
    """Count people whom one deed touches: a few at once; where they are many, the stages in force are
    counted again by the scheduler."""
    if len(people) <= BATCH:
        refresh(session, now, people)
        return
    session.flush()
    stages = [each.id for each in figure_facts.stages_in_force(session)]
    _count_again(session, StageCounting.stage_id.in_(stages))


def _asks_by_unit(session: Session, stage: StageInForce) -> bool:
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    return any(duty.audience.unit_ids for duty in duties)


def _count_again(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(StageCounting).where(which).values(counted_to=0))


def refresh_stale(session: Session, now: datetime) -> int:
    """Count all that waits to be counted, in this transaction; how many people that were."""
    people = 0
    while (done := catch_up(session, now)) is not None:
        people += done
    return people


def catch_up(session: Session, now: datetime) -> int | None:
    """Count some of the people that wait to be counted; how many, None when nobody waits."""
    session.flush()
    stages = figure_facts.stages_in_force(session)
    if old_stages.clear_some(session, now, stages):
        return 0
    known = _countings(session, stages)
    for stage in stages:
        if stage.id not in known:
            _begun(session, stage, local_day(now))
            return 0
        people = _next_people(session, now, stage, known[stage.id])
        if people is not None:
            _count(session, now, [stage], people)
            return len(people)
        day = fact_counts.checkpoint_to_keep(stage, known[stage.id], now)
        if day is not None:
            fact_counts.keep_some(session, stage, known[stage.id], day)
            return 0
    return None


def anybody_waits(session: Session, now: datetime) -> bool:
    """Whether `catch_up` would find something to do."""
    stages = figure_facts.stages_in_force(session)
    known = _countings(session, stages)
    return old_stages.are_left(session, stages) or any(
        stage.id not in known
        or is_waiting(session, stage, now)
        or fact_counts.checkpoint_to_keep(stage, known[stage.id], now) is not None
        for stage in stages
    )


def is_waiting(session: Session, stage: StageInForce, now: datetime) -> bool:
    """Whether somebody waits to be counted in the stage. One statement."""
    row = session.execute(
        select(StageCounting.counted_to, StageCounting.day, _retired(stage.id, now).exists()).where(
            StageCounting.stage_id == stage.id
        )
    ).one_or_none()
    if row is None:
        return True
    counted_to, day, retired = row
    return counted_to is not None or day < local_day(now) or retired


def _countings(session: Session, stages: Collection[StageInForce]) -> dict[int, StageCounting]:
    rows = session.scalars(
        select(StageCounting)
        .where(StageCounting.stage_id.in_([stage.id for stage in stages]))
        .execution_options(populate_existing=True)
    )
    return {row.stage_id: row for row in rows}


def _next_people(
    session: Session, now: datetime, stage: StageInForce, row: StageCounting
) -> list[int] | None:
    """Who is counted next in a stage, and that noted; None when nobody waits."""
    if row.counted_to is not None:
        found = _after(session, now, stage, row.counted_to)
        row.counted_to = found[-1] if found else None
        session.flush()
        return found
    today = local_day(now)
    if row.day < today:
        moved = row.day_cursor == 0 and _tree_changes(session, stage.line_id, row.day, today)
        if moved and _asks_by_unit(session, stage):
            row.counted_to = 0
        found = _of_these_days(session, stage.line_id, row, today)
        row.day, row.day_cursor = (row.day, found[-1]) if found else (today, 0)
        session.flush()
        return found
    return list(session.scalars(_retired(stage.id, now).limit(BATCH))) or None


def _after(session: Session, now: datetime, stage: StageInForce, last: int) -> list[int]:
    """The next people by id who count on the stage's line, or have a counter."""
    members = counting_members(stage.line_id, now).with_only_columns(Membership.person_id)
    members = members.where(Membership.person_id > last)
    counted = select(Standing.person_id).where(
        Standing.stage_id == stage.id, Standing.person_id > last
    )
    found: set[int] = set()
    for each, column in ((members, Membership.person_id), (counted, Standing.person_id)):
        found |= set(session.scalars(each.order_by(column).limit(BATCH)))
    return sorted(found)[:BATCH]


def _of_these_days(session: Session, line_id: int, row: StageCounting, today: date) -> list[int]:
    """The next people of whom a membership begins or ends after the day followed last."""
    found = [
        select(Membership.person_id).where(
            column > row.day,
            column <= today,
            Membership.line_id == line_id,
            Membership.person_id > row.day_cursor,
        )
        for column in (Membership.valid_from, Membership.valid_to)
    ]
    both = union(*found).subquery()
    return list(session.scalars(select(both.c.person_id).order_by(both.c.person_id).limit(BATCH)))


def _tree_changes(session: Session, line_id: int, after: date, today: date) -> bool:
    changed = select(Placement.id).where(
        Placement.line_id == line_id,
        or_(
            (Placement.valid_from > after) & (Placement.valid_from <= today),
            (Placement.valid_to > after) & (Placement.valid_to <= today),
        ),
    )
    return session.scalar(changed.limit(1)) is not None


def _retired(stage_id: int, now: datetime) -> Select[int]:
    """People with a counter who have retired."""
    return (
        select(Standing.person_id)
        .join(Person, Person.id == Standing.person_id)
        .where(Person.retired_at <= now, Standing.stage_id == stage_id)
        .order_by(Standing.person_id)
    )
