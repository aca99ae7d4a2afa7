"""Stages that are not in force any more: their days are closed, then their counters dropped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.progress import tally_store
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.progress.models import (
    StageCounting,
    Standing,
    UnitCount,
    UnitDueCount,
    UnitRequirementCount,
)
from learnapp.db.study.models import Programme, ProgrammeRevision, Requirement, Stage
from learnapp.domain.core.calendar import local_day

_UNITS = 100
_PEOPLE = 500
_CLEARED = -1  # of a stage that is not in force: nothing of it is stored but its days


def are_left(session: Session, in_force: Collection[StageInForce]) -> bool:
    """Whether counters are stored of a stage that is not in force any more."""
    return session.scalar(_left(in_force)) is not None


def _left(in_force: Collection[StageInForce]) -> Select[int]:
    return (
        select(StageCounting.stage_id)
        .where(
            StageCounting.stage_id.not_in([stage.id for stage in in_force]),
            StageCounting.counted_to.is_distinct_from(_CLEARED),
        )
        .limit(1)
    )


def clear_some(session: Session, now: datetime, in_force: Collection[StageInForce]) -> bool:
    """Close and drop a part of what is stored of stages that others took the place of; False: nothing
    was left. What was counted of them cannot change any more, so it may be done at any later time."""
    stage_id = session.scalar(_left(in_force))
    if stage_id is None:
        return False
    stage, ended = _stage(session, stage_id, local_day(now))
    units = list(
        session.scalars(
            select(UnitCount.unit_id).where(UnitCount.stage_id == stage_id).limit(_UNITS)
        )
    )
    if units:
        tally_store.close_days(session, stage, units, ended - timedelta(days=1))
        _drop_units(session, stage_id, units)
        return True
    people = select(Standing.person_id).where(Standing.stage_id == stage_id).limit(_PEOPLE)
    found = list(session.scalars(people))
    session.execute(
        delete(Standing).where(Standing.stage_id == stage_id, Standing.person_id.in_(found))
    )
    if not found:
        row = session.get_one(StageCounting, stage_id)
        row.counted_to = _CLEARED
        session.flush()
    return True


def _drop_units(session: Session, stage_id: int, units: list[int]) -> None:
    requirements = select(Requirement.id).where(Requirement.stage_id == stage_id)
    session.execute(
        delete(UnitRequirementCount).where(
            UnitRequirementCount.requirement_id.in_(requirements),
            UnitRequirementCount.unit_id.in_(units),
        )
    )
    for table in (UnitDueCount, UnitCount):
        session.execute(delete(table).where(table.stage_id == stage_id, table.unit_id.in_(units)))


def _stage(session: Session, stage_id: int, today: date) -> tuple[StageInForce, date]:
    """The stage, and the day on which another took its place, or its programme was put away."""
    row = session.get_one(Stage, stage_id)
    mine, later = ProgrammeRevision, aliased(ProgrammeRevision)
    programme, revision = session.execute(
        select(Programme, mine)
        .join(mine, mine.programme_id == Programme.id)
        .where(mine.id == row.revision_id)
    ).one()
    followed = session.scalar(
        select(func.min(later.published_at)).where(
            later.programme_id == programme.id,
            later.state == "published",
            later.number > revision.number,
        )
    )
    ended_at = followed or programme.retired_at
    stage = StageInForce(
        row.id, programme.id, row.ordinal, row.name, programme.name, programme.line_id,
        programme.owner_unit_id, row.first_day, row.last_day, programme.calendar,
        revision.published_at, row.begun_as,
    )  # fmt: skip
    return stage, today if ended_at is None else local_day(ended_at)
