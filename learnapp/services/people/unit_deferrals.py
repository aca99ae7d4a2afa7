"""安保 and its like: what falls due on some days is put off for everybody of some units, in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history, roster_match, unit_contents, unit_paths, unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Absence, UnitDeed
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.progress import counters, figure_facts
from learnapp.db.study.owed import titles_of
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.unit_deeds import DeedKind
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind, AbsenceSpan, due_for

_RIGHT = Permission.ABSENCE_RECORD
_LONGEST_DAYS = 62
_LISTED = 50
_IN_ONE_STEP = (DeedKind.DEFERRED, DeedKind.ROSTERED)


@dataclass(frozen=True)
class Deferral:
    """Units with all below them, days (both included), and what for."""

    unit_ids: Collection[int]
    first_day: date
    last_day: date
    reason: str = ""


@dataclass(frozen=True)
class MovedDue:
    """Something that falls due later for those who are deferred: from when to when."""

    title: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class DeferralEffect:
    """Whom a deferral concerns, by unit, and which due days move; whether oneself is left out."""

    by_unit: list[tuple[str, int]]
    people: int
    dues: list[MovedDue]
    without_me: bool


def what_moves(caller: Caller, plan: Deferral) -> DeferralEffect:
    """Who is deferred, and what falls due when. Raises Forbidden, NotFound, RuleBroken."""
    session, today = caller.session, local_day(caller.now)
    serving = _serving(caller, plan)
    names = unit_paths.labels(session, {each.unit_id for each in serving}, today)
    me = caller.actor.person_id
    counts = Counter(each.unit_id for each in serving if each.person_id != me)
    people = sum(counts.values())
    return DeferralEffect(
        [(names[unit_id], count) for unit_id, count in counts.items()],
        people,
        _dues(caller, plan),
        people < len(serving),
    )


def record(caller: Caller, plan: Deferral) -> int:
    """Record the days for everybody who counts in the units today, but oneself; how many people.

    Raises Forbidden, NotFound, RuleBroken of "units" or "last_day".
    """
    session, me = caller.session, caller.actor.person_id
    people = sorted({each.person_id for each in _serving(caller, plan)} - {me})
    if not people:
        raise RuleBroken("units", "nobody_chosen")
    ids = list(new_ids(session, Absence, len(people)))
    about = {
        "kind": AbsenceKind.DUTY,
        "effect": AbsenceEffect.DEFERS,
        "first_day": plan.first_day,
        "last_day": plan.last_day,
        "reason": plan.reason.strip()[: lengths.LINE],
        "cancelled": False,
        "recorded_at": caller.now,
        "recorded_by": me,
        "supersedes_id": None,
        "item_id": None,
    }
    rows: list[dict[str, Any]] = [
        {"id": each, "person_id": person_id, **about}
        for each, person_id in zip(ids, people, strict=True)
    ]
    insert_rows(session, Absence, rows)
    units = sorted(plan.unit_ids)
    _keep(caller, (DeedKind.DEFERRED, units[0]), plan.first_day, {"units": units, "absences": ids})
    facts = {"first": str(plan.first_day), "last": str(plan.last_day), "count": len(people)}
    audit_log.record(caller, "unit.deferred", ("unit", units[0]), **facts)
    counters.refresh_many(session, caller.now, people)
    return len(people)


def undo(caller: Caller, deed_id: int) -> bool:
    """Cancel every absence of a deferral or a duty roster that is still as it was recorded.

    False if it was undone before.

    Raises Forbidden, NotFound.
    """
    session = caller.session
    deed = unit_contents.deed(session, deed_id)
    if deed is None or deed.kind not in _IN_ONE_STEP or not deed.details:
        raise NotFound("unit_deed_unknown")
    try:
        for unit_id in deed.details["units"]:
            require_scope(session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    except NotFound as out:
        raise NotFound("unit_deed_unknown") from out
    if unit_contents.is_undone(session, deed_id):
        return False
    rows = unit_contents.absences_in_force(session, deed.details["absences"])
    _cancel(caller, rows)
    _keep(caller, (deed.kind, deed.unit_id), deed.valid_from, {}, deed.id)
    audit_log.record(caller, "unit.deferral_undone", ("unit", deed.unit_id))
    counters.refresh_many(session, caller.now, [row.person_id for row in rows])
    return True


def _cancel(caller: Caller, rows: Sequence[Absence]) -> None:
    """Supersede absences by cancelled ones."""
    insert_rows(
        caller.session,
        Absence,
        [
            {
                "person_id": row.person_id,
                "kind": row.kind,
                "effect": row.effect,
                "first_day": row.first_day,
                "last_day": row.last_day,
                "reason": row.reason,
                "cancelled": True,
                "recorded_at": caller.now,
                "recorded_by": caller.actor.person_id,
                "supersedes_id": row.id,
                "item_id": None,
            }
            for row in rows
        ],
    )


def _keep(
    caller: Caller,
    about: tuple[str, int],
    day: date,
    details: dict[str, Any],
    undoes: int | None = None,
) -> None:
    caller.session.add(
        UnitDeed(
            kind=about[0],
            unit_id=about[1],
            valid_from=day,
            details=details,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
            supersedes_id=undoes,
        )
    )
    caller.session.flush()


def _serving(caller: Caller, plan: Deferral) -> Sequence[roster_match.Serving]:
    """Who counts in the units or below them, within reach, today, and is not deferred for all these days
    already."""
    session, today = caller.session, local_day(caller.now)
    if not plan.unit_ids:
        raise RuleBroken("units", "units_needed")
    if plan.last_day < plan.first_day:
        raise RuleBroken("last_day", "dates_out_of_order")
    if (plan.last_day - plan.first_day).days >= _LONGEST_DAYS:
        raise RuleBroken("last_day", "date_unlikely")
    for unit_id in plan.unit_ids:
        require_scope(session, caller.actor, _RIGHT, unit_id, today)
    line_id = default_line(session).id
    below = unit_trees.below(plan.unit_ids, line_id, today)
    reach = units_in_scope(caller.actor, _RIGHT, today)
    within = set(session.scalars(below)) & set(session.scalars(reach))
    serving = roster_match.serving_in(session, within, line_id, today)
    already = history.on_duty_throughout(session, plan.first_day, plan.last_day)
    left = [each for each in serving if each.person_id not in already]
    if len(left) < len(serving) and all(is_own(caller.actor, each.person_id) for each in left):
        raise RuleBroken("units", "deferred_already")
    return left


def _dues(caller: Caller, plan: Deferral) -> list[MovedDue]:
    """What of the stages in force falls due within the days, and when it will."""
    session = caller.session
    span = AbsenceSpan(plan.first_day, plan.last_day, AbsenceEffect.DEFERS)
    stages = figure_facts.stages_in_force(session)
    moved: dict[int, tuple[datetime, datetime]] = {}
    for duties in figure_facts.duties_in_force(session, stages).values():
        for duty in duties:
            due = due_for(duty.due_at, [span])
            if due.deferred and due.at is not None:
                moved[duty.item_id] = (duty.due_at, due.at)
    titles = titles_of(session, list(moved))
    found = [MovedDue(titles.get(item, ""), *when) for item, when in moved.items()]
    return sorted(found, key=lambda each: (each.before, each.title))[:_LISTED]
