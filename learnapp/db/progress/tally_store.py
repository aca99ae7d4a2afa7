"""What is stored of people and units: people's tallies replaced, units' counters increased by that.

A person's old part is stored beside the sums it went into, so that what is added to a sum is always the
difference of two known parts: doing it twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.base import BigId, total
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.immutable_cache import ImmutableCache
from learnapp.db.core.many import one_of, one_of_bound
from learnapp.db.core.spans import Span
from learnapp.db.core.upsert import increase, insert_if_new, upsert
from learnapp.db.progress.figure_facts import StageInForce, duties_in_force
from learnapp.db.progress.models import (
    Standing,
    UnitCount,
    UnitDay,
    UnitDueCount,
    UnitRequirementCount,
)
from learnapp.db.study.models import Requirement
from learnapp.domain.core.calendar import days, end_of
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.tallies import TallyChanges, TallyPlan
from learnapp.domain.progress.tally_sums import (
    PackedTally,
    StageReckoner,
    StoredTally,
    difference,
)

_PLANS: ImmutableCache[int, TallyPlan] = ImmutableCache(500)
_RECKONERS: ImmutableCache[tuple[int, datetime | None, int], StageReckoner] = ImmutableCache(50)


_IN_NO_SUM = "?"  # signs of a row that has just been made and is in no sum


def plan_of(session: Session, stage_id: int) -> TallyPlan:
    """The requirements of a published stage as they were written."""

    def load(missing: list[int]) -> dict[int, TallyPlan]:
        rows = session.execute(
            select(Requirement.id, Requirement.due_at)
            .where(Requirement.stage_id.in_(missing))
            .order_by(Requirement.id)
        )
        return {stage_id: TallyPlan({row.id: row.due_at for row in rows})}

    return _PLANS.of(session, [stage_id], load)[stage_id]


def reckoner_of(session: Session, stage: StageInForce) -> StageReckoner:
    """What reckons tallies of the stage, with what it has reckoned before."""
    key = (stage.id, stage.published_at, stage.corrections)

    def load(_: object) -> dict[tuple[int, datetime | None, int], StageReckoner]:
        duties = duties_in_force(session, [stage])[stage.id]
        return {key: StageReckoner(plan_of(session, stage.id), duties)}

    return _RECKONERS.of(session, [key], load)[key]


def replace(
    session: Session,
    stage: StageInForce,
    today: date,
    wanted: Collection[int],
    fresh: Mapping[int, StoredTally],
) -> None:
    """Keep these tallies of the wanted people; who has none counts no longer.

    At most some hundred people at once: everybody's rows stay locked until the end.
    """
    before = _stored(session, stage.id, wanted, fresh)
    changed = [each for each in sorted(fresh) if before.get(each) != fresh[each].packed]
    gone = sorted(before.keys() - fresh.keys())
    old = [before[each] for each in (*changed, *gone) if each in before]
    if not changed and not gone:
        return
    new = [fresh[each].packed for each in changed]
    changes = difference(plan_of(session, stage.id), old, new)
    close_days(session, stage, changes.touched, today - timedelta(days=1))
    rows = [_row(stage.id, each, fresh[each]) for each in changed]
    upsert(session, Standing, rows, ["stage_id", "person_id"])
    if gone:
        session.execute(
            delete(Standing).where(Standing.stage_id == stage.id, one_of(Standing.person_id, gone))
        )
    _increase_units(session, stage.id, changes, today)


def _row(stage_id: int, person_id: int, tally: StoredTally) -> dict[str, Any]:
    unit_id, signs, moved = tally.packed
    return {
        "stage_id": stage_id,
        "person_id": person_id,
        "unit_id": unit_id,
        "owed": tally.owed,
        "done": tally.done,
        "excused": tally.excused,
        "behind_from": tally.behind_from,
        "signs": signs,
        "moved": moved,
    }


def _stored(
    session: Session, stage_id: int, wanted: Collection[int], fresh: Mapping[int, StoredTally]
) -> dict[int, PackedTally]:
    """The stored tallies of these people, their rows locked; where there is none, an empty one is made
    first on PostgreSQL, so that two who count a newcomer at once do not both add the whole."""
    found = _locked(session, stage_id, wanted)
    missing = sorted(fresh.keys() - found.keys())
    if not missing or session.get_bind().dialect.name == "sqlite":
        return found
    rows = [_row(stage_id, each, fresh[each]) | {"signs": _IN_NO_SUM} for each in missing]
    session.execute(insert_if_new(session, Standing), rows)
    return found | _locked(session, stage_id, missing)


def _locked(session: Session, stage_id: int, people: Collection[int]) -> dict[int, PackedTally]:
    rows = _LOCKED.rows(session, stage_id=stage_id, people=sorted(people))
    return {row[0]: PackedTally(*row[1:]) for row in rows if row.signs != _IN_NO_SUM}


class _PackedRow(NamedTuple):
    person_id: int
    unit_id: int
    signs: str
    moved: Any


_LOCKED = Prepared(
    _PackedRow,
    lambda _: (
        select(Standing.person_id, Standing.unit_id, Standing.signs, Standing.moved)
        .where(
            Standing.stage_id == bindparam("stage_id", type_=BigId),
            one_of_bound(Standing.person_id, "people"),
        )
        .order_by(Standing.person_id)
        .with_for_update()
    ),
)


def _increase_units(session: Session, stage_id: int, changes: TallyChanges, today: date) -> None:
    at: dict[str, Any] = {"stage_id": stage_id}
    key = ["stage_id", "unit_id"]
    opened = {"closed_through": today - timedelta(days=1)}
    whole = ("people", "owed", "done", "excused", "under_half")
    rows = [
        at | {"unit_id": unit_id} | _named(changes.units[unit_id], whole) | opened
        for unit_id in changes.touched
    ]
    increase(session, UnitCount, rows, key, whole)
    parts = ("due", "due_done", "behind")
    rows = [
        at | {"unit_id": unit_id, "due_at": due_at} | _named(counts, parts)
        for (unit_id, due_at), counts in sorted(changes.due.items())
        if counts != Counts()
    ]
    increase(session, UnitDueCount, rows, [*key, "due_at"], parts)
    rows = [
        {"requirement_id": requirement_id, "unit_id": unit_id} | _named(counts, ("owed", "done"))
        for (requirement_id, unit_id), counts in sorted(changes.requirements.items())
        if counts != Counts()
    ]
    increase(session, UnitRequirementCount, rows, ["requirement_id", "unit_id"], ("owed", "done"))


def _named(counts: Counts, names: Iterable[str]) -> dict[str, int]:
    return {name: getattr(counts, name) for name in names}


def close_days(
    session: Session, stage: StageInForce, unit_ids: Collection[int], through: date
) -> None:
    """Keep the units' counts at the end of each day that is over and not stored, before they change.

    Nothing of a unit changed since its last stored day: what it has now is what it had then.
    """
    units = _UNITS.rows(session, stage_id=stage.id, units=sorted(unit_ids))
    behind = [unit for unit in units if unit.closed_through < through]
    if not behind:
        return
    ids = [unit.unit_id for unit in behind]
    dues = _dues(session, stage.id, ids)
    rows = [
        _day_row(stage.identity, unit, day, dues.get(unit.unit_id, []))
        for unit in behind
        for day in days(unit.closed_through + timedelta(days=1), through)
    ]
    session.execute(insert(UnitDay), rows)
    session.execute(
        update(UnitCount)
        .where(UnitCount.stage_id == stage.id, UnitCount.unit_id.in_(ids))
        .values(closed_through=through)
    )


class _UnitRow(NamedTuple):
    unit_id: int
    people: int
    owed: int
    done: int
    excused: int
    under_half: int
    closed_through: date


_UNITS = Prepared(
    _UnitRow,
    lambda _: (
        select(
            UnitCount.unit_id,
            UnitCount.people,
            UnitCount.owed,
            UnitCount.done,
            UnitCount.excused,
            UnitCount.under_half,
            UnitCount.closed_through,
        )
        .where(
            UnitCount.stage_id == bindparam("stage_id", type_=BigId),
            one_of_bound(UnitCount.unit_id, "units"),
        )
        .order_by(UnitCount.unit_id)
        .with_for_update()
    ),
)


def _dues(session: Session, stage_id: int, unit_ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    rows = session.execute(
        select(UnitDueCount.unit_id, UnitDueCount.due_at, UnitDueCount.due)
        .add_columns(UnitDueCount.due_done, UnitDueCount.behind)
        .where(UnitDueCount.stage_id == stage_id, UnitDueCount.unit_id.in_(unit_ids))
    )
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _day_row(stage_id: int, unit: Any, day: date, dues: list[Any]) -> dict[str, Any]:
    ended = end_of(day)
    due = [row for row in dues if row.due_at < ended]
    return {
        "stage_id": stage_id,
        "unit_id": unit.unit_id,
        "day": day,
        "people": unit.people,
        "owed": unit.owed,
        "done": unit.done,
        "excused": unit.excused,
        "under_half": unit.under_half,
        "due": sum(row.due for row in due),
        "due_done": sum(row.due_done for row in due),
        "behind": sum(row.behind for row in due),
    }


def sums(session: Session, stage_id: int, as_of: datetime) -> dict[int, Counts]:
    """Per unit the counters of its own members at an instant, from what is stored now."""
    due = {
        row[0]: row[1:]
        for row in session.execute(
            select(
                UnitDueCount.unit_id,
                total(UnitDueCount.due),
                total(UnitDueCount.due_done),
                total(UnitDueCount.behind),
            )
            .where(UnitDueCount.stage_id == stage_id, UnitDueCount.due_at <= as_of)
            .group_by(UnitDueCount.unit_id)
        )
    }
    rows = session.execute(select(UnitCount.__table__).where(UnitCount.stage_id == stage_id))
    found = {}
    for row in rows:
        due_, due_done, behind = due.get(row.unit_id, (0, 0, 0))
        found[row.unit_id] = Counts(
            row.people, row.owed, row.done, row.excused, due_, due_done, row.under_half, behind
        )
    return {unit_id: counts for unit_id, counts in found.items() if counts != Counts()}


def stored_sums(session: Session, stage_id: int, units: Span) -> TallyChanges:
    """All that is stored of these units, in the form in which people's tallies add up to it."""
    found = TallyChanges.none()
    wholes = select(UnitCount.__table__).where(
        UnitCount.stage_id == stage_id, units.holds(UnitCount.unit_id)
    )
    for row in session.execute(wholes):
        whole = Counts(row.people, row.owed, row.done, row.excused, under_half=row.under_half)
        found.units[row.unit_id] = whole
    dues = select(UnitDueCount.__table__).where(
        UnitDueCount.stage_id == stage_id, units.holds(UnitDueCount.unit_id)
    )
    for row in session.execute(dues):
        part = Counts(due=row.due, due_done=row.due_done, behind=row.behind)
        found.due[row.unit_id, row.due_at] = part
    requirements = select(Requirement.id).where(Requirement.stage_id == stage_id)
    rows = session.execute(
        select(UnitRequirementCount.__table__).where(
            UnitRequirementCount.requirement_id.in_(requirements),
            units.holds(UnitRequirementCount.unit_id),
        )
    )
    for row in rows:
        found.requirements[row.requirement_id, row.unit_id] = Counts(owed=row.owed, done=row.done)
    return found
