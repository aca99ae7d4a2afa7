"""The counters behind the figures, kept true: computed from the facts for those whom a change touches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.core.upsert import upsert
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.domain.core.calendar import end_of
from learnapp.domain.progress.figures import count_person, next_change

_BATCH = 500


def refresh(session: Session, now: datetime, people: Collection[int] | None = None) -> None:
    """Compute the counters of these people (None: of all) again from the facts, and store them."""
    session.flush()
    stages = figure_facts.stages_in_force(session)
    duties = figure_facts.duties_in_force(session, stages)
    at = Moment(now)
    wanted = None if people is None else sorted(set(people))
    if people is None:
        _drop_old_stages(session, stages)
    for stage in stages:
        items = {duty.item_id for duty in duties[stage.id]}
        facts = figure_facts.facts_of(session, stage.line_id, at, items, people=wanted)
        rows: list[dict[str, Any]] = []
        for each in facts:
            counts = count_person(each, duties[stage.id], now)
            change = next_change(each, duties[stage.id], now)
            midnight = end_of(at.day)
            rows.append(
                {
                    "stage_id": stage.id,
                    "person_id": each.person_id,
                    "unit_id": each.unit_id,
                    "owed": counts.owed,
                    "done": counts.done,
                    "excused": counts.excused,
                    "due": counts.due,
                    "due_done": counts.due_done,
                    "as_of": now,
                    "next_change_at": min(change, midnight) if change else midnight,
                }
            )
        _drop_leavers(session, stage.id, {row["person_id"] for row in rows}, wanted)
        upsert(session, Standing, rows, ["stage_id", "person_id"])


def _drop_old_stages(session: Session, stages: list[StageInForce]) -> None:
    """Counters of a superseded revision's stages are of no use."""
    kept = [stage.id for stage in stages]
    session.execute(delete(Standing).where(Standing.stage_id.not_in(kept)))


def _drop_leavers(
    session: Session, stage_id: int, counted: Collection[int], wanted: list[int] | None
) -> None:
    """Who was asked for and no longer counts has no counter."""
    old = set(
        session.scalars(
            select(Standing.person_id).where(
                Standing.stage_id == stage_id,
                *([] if wanted is None else [one_of(Standing.person_id, wanted)]),
            )
        )
    )
    gone = sorted(old - set(counted))
    for start in range(0, len(gone), _BATCH):
        session.execute(
            delete(Standing).where(
                Standing.stage_id == stage_id,
                Standing.person_id.in_(gone[start : start + _BATCH]),
            )
        )


def refresh_or_mark(session: Session, now: datetime, people: Collection[int]) -> None:
    """Refresh the counters of a few people; of many, mark them stale: whoever reads them next or the
    scheduler refreshes them in parts."""
    if len(people) <= _BATCH:
        refresh(session, now, people)
        return
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        session.execute(
            update(Standing)
            .where(Standing.person_id.in_(wanted[start : start + _BATCH]))
            .values(next_change_at=now)
        )


def refresh_stale(session: Session, now: datetime) -> int:
    """Refresh the counters that time alone has changed; how many people that were.

    Everyone also turns stale at midnight: memberships and placements change by the day.
    """
    stale = figure_facts.stale_people(session, now)
    for start in range(0, len(stale), _BATCH):
        refresh(session, now, stale[start : start + _BATCH])
    return len(stale)
