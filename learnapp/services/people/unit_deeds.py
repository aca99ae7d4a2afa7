"""Units merged and split from a day on, previewed by doing and undoing, and undone where it still can be.

Who serves there moves by superseding memberships, so that past figures stay as they were and frozen
reports are not touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from learnapp.db.accounts import access as account_queries
from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history, roster_match, unit_contents, unit_trees, units
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Grant, Membership, Placement, Unit, UnitDeed
from learnapp.db.people.scope import require_scope
from learnapp.db.progress import counters
from learnapp.domain.accounts.separation import KEEPERS
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import UnitKind
from learnapp.domain.people.unit_deeds import DeedKind, RolesBecome, check_day, check_merge
from learnapp.services.accounts import access
from learnapp.services.people import people
from learnapp.services.people.naming import checked_name

_RIGHT = Permission.ROSTER_IMPORT


@dataclass(frozen=True)
class Merge:
    """A unit that goes into another from a day on, and what the roles over it become."""

    into_id: int
    from_day: date
    roles: RolesBecome = RolesBecome.ENDED


@dataclass(frozen=True)
class Split:
    """A new unit beside one from a day on, with these of its people and of the units below it."""

    name: str
    kind: UnitKind
    from_day: date
    people: Collection[int]
    below: Collection[int] = ()


@dataclass
class DeedOutcome:
    """What a deed did: how many people and units moved, things changed hands, roles ended or carried."""

    people: int = 0
    below: int = 0
    owned: dict[str, int] = field(default_factory=dict)
    roles_ended: int = 0
    roles_carried: int = 0
    unit_id: int = 0


def merge(caller: Caller, unit_id: int, plan: Merge) -> DeedOutcome:
    """Let everybody in a unit, all below it and what it owns go to another; the unit is put away.

    Both must be within reach. Raises Forbidden, NotFound, Conflict("last_admin"), RuleBroken of
    "into" or "from_day".
    """
    unit, into = _reached(caller, unit_id), _reached(caller, plan.into_id)
    session, today = caller.session, local_day(caller.now)
    check_day(plan.from_day, today)
    lines = [line.id for line in units.lines(session)]
    below = {
        each
        for line in lines
        for each in session.scalars(unit_trees.subtree(unit_id, line, plan.from_day))
    }
    check_merge(unit_id, plan.into_id, below)
    if into.retired_at is not None or unit.retired_at is not None:
        raise RuleBroken("into", "unit_is_retired")
    rows = unit_contents.memberships_from(session, unit_id, plan.from_day)
    details, moved = _move_people(caller, rows, into.id, plan.from_day)
    children = unit_contents.below_on(session, unit_id, plan.from_day)
    _move_below(caller, children, into.id, plan.from_day)
    owned = unit_contents.owned_by(session, unit_id)
    unit_contents.give_owned(session, owned, unit_id, into.id)
    ended, carried = _settle_roles(caller, unit_id, plan)
    unit = session.get_one(Unit, unit_id)
    unit.retired_at = caller.now
    details |= {"children": [list(each) for each in children], "owned": owned}
    details |= {"ended": ended, "carried": carried}
    _record(caller, _deed(DeedKind.MERGED, unit_id, plan.into_id, plan.from_day, details))
    _count(caller, moved, children, plan.from_day)
    counts = {table: len(ids) for table, ids in owned.items()}
    return DeedOutcome(len(moved), len(children), counts, len(ended), len(carried), into.id)


def split(caller: Caller, unit_id: int, plan: Split) -> DeedOutcome:
    """Make a unit beside one, under the same units on every line, and let some of its people and of
    the units below it go there.

    Raises Forbidden, NotFound, RuleBroken of "name", "people" or "from_day".
    """
    unit, session = _reached(caller, unit_id), caller.session
    if unit.retired_at is not None:
        raise RuleBroken("name", "unit_is_retired")
    name = checked_name(plan.name)
    check_day(plan.from_day, local_day(caller.now))
    here = unit_contents.below_on(session, unit_id, plan.from_day)
    children = [each for each in here if each.unit_id in set(plan.below)]
    rows = unit_contents.memberships_from(session, unit_id, plan.from_day, set(plan.people))
    if not rows and not children:
        raise RuleBroken("people", "nobody_chosen")
    if caller.actor.person_id in {row.person_id for row in rows}:
        raise RuleBroken("people", "own_case")
    made = _beside(caller, unit, name, plan)
    details, moved = _move_people(caller, rows, made.id, plan.from_day)
    _move_below(caller, children, made.id, plan.from_day)
    details["children"] = [list(each) for each in children]
    _record(caller, _deed(DeedKind.SPLIT, unit_id, made.id, plan.from_day, details))
    _count(caller, moved, children, plan.from_day)
    return DeedOutcome(len(moved), len(children), unit_id=made.id)


def what_it_does(caller: Caller, deed: Callable[[], DeedOutcome]) -> DeedOutcome:
    """What a deed would do, by doing and undoing it. Raises what it raises."""
    undone = caller.session.begin_nested()
    try:
        return deed()
    finally:
        undone.rollback()


def undo(caller: Caller, deed_id: int) -> bool:
    """Undo a merge or a split: who, what and which units are still where it put them go back; what was
    decided since stays. False if it was undone.

    Raises Forbidden, NotFound.
    """
    session = caller.session
    deed = unit_contents.deed(session, deed_id)
    if deed is None or deed.kind not in (DeedKind.MERGED, DeedKind.SPLIT):
        raise NotFound("unit_deed_unknown")
    try:
        unit, other = _reached(caller, deed.unit_id), _reached(caller, deed.other_id or 0)
    except NotFound as out:
        raise NotFound("unit_deed_unknown") from out
    if unit_contents.is_undone(session, deed_id):
        return False
    details, day = deed.details, deed.valid_from
    unit.retired_at = None
    rows = unit_contents.memberships_as_made(session, details["memberships"])
    _, moved = _move_people(caller, rows, unit.id, day)
    children = [
        each
        for each in unit_contents.below_on(session, other.id, day)
        if list(each) in details["children"]
    ]
    _move_below(caller, children, unit.id, day)
    unit_contents.give_owned(session, details.get("owned", {}), other.id, unit.id)
    _restore_roles(caller, details)
    today = local_day(caller.now)
    if deed.kind == DeedKind.SPLIT and not units.in_use(session, other.id, today, caller.now):
        session.get_one(Unit, other.id).retired_at = caller.now
    back = _deed(deed.kind, unit.id, other.id, day, {})
    back.supersedes_id = deed.id
    _record(caller, back)
    _count(caller, moved, children, day)
    return True


def deeds_of(caller: Caller, unit_id: int) -> Sequence[UnitDeed]:
    """What was done to a unit within reach and not undone, the newest first."""
    require_scope(caller.session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    return unit_contents.deeds_of(caller.session, unit_id)


def serving_in(caller: Caller, unit_id: int) -> Sequence[roster_match.Serving]:
    """Who counts in a unit within reach today, but oneself."""
    session, today = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, _RIGHT, unit_id, today)
    there = roster_match.serving_in(session, {unit_id}, default_line(session).id, today)
    return [each for each in there if each.person_id != caller.actor.person_id]


def _reached(caller: Caller, unit_id: int) -> Unit:
    require_scope(caller.session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    return caller.session.get_one(Unit, unit_id, with_for_update=True)


def _beside(caller: Caller, unit: Unit, name: str, plan: Split) -> Unit:
    """The new unit, under the same parents; under the unit itself where that is a top."""
    session = caller.session
    placed = [
        each.placement
        for each in units.places_of(session, unit.id, plan.from_day)
        if each.placement is not None
    ]
    for each in placed:
        parent = each.parent_id or unit.id
        if units.siblings_named(session, parent, each.line_id, name, plan.from_day):
            raise RuleBroken("name", "unit_name_taken")
    made = people.add_unit(caller, name, plan.kind, unit.level)
    for each in placed:
        people.place_new_unit(
            caller, each.line_id, each.parent_id or unit.id, made.id, plan.from_day
        )
    return made


def _move_people(
    caller: Caller, rows: Sequence[Membership], to: int, day: date
) -> tuple[dict[str, Any], set[int]]:
    """End memberships on a day and let them go on in another unit; what was made, and who moved.

    Who serves there already beside the one that counts does not serve there twice.
    """
    session = caller.session
    there = unit_contents.serve_in(session, to, day)
    stay = [row for row in rows if row.counts or row.person_id not in there]
    made = list(new_ids(session, Membership, len(rows) + len(stay)))
    ends = [
        _row(caller, made[at], row, unit=row.unit_id, last=max(row.valid_from, day))
        | {"valid_from": row.valid_from, "supersedes_id": row.id}
        for at, row in enumerate(rows)
    ]
    begins = [
        _row(caller, made[len(rows) + at], row, unit=to, last=row.valid_to)
        | {"valid_from": max(row.valid_from, day), "supersedes_id": None}
        for at, row in enumerate(stay)
    ]
    insert_rows(session, Membership, [*ends, *begins])
    session.expire_all()
    return {"memberships": [row["id"] for row in begins]}, {row.person_id for row in rows}


def _row(
    caller: Caller, row_id: int, row: Membership, unit: int, last: date | None
) -> dict[str, Any]:
    return {
        "id": row_id,
        "person_id": row.person_id,
        "unit_id": unit,
        "line_id": row.line_id,
        "basis": row.basis,
        "category": row.category,
        "post": row.post,
        "counts": row.counts,
        "valid_to": last,
        "recorded_at": caller.now,
        "recorded_by": caller.actor.person_id,
    }


def _move_below(
    caller: Caller, children: Collection[unit_contents.Below], to: int, day: date
) -> None:
    """Put units under another from a day on. Raises RuleBroken of "from_day" where one moves later."""
    session = caller.session
    for line_id, child in children:
        if units.placed_later(session, child, line_id, day):
            raise RuleBroken("from_day", "unit_placed_later")
        standing = units.placement_of(session, child, line_id, day)
        if standing is not None:
            end = Placement(
                line_id=line_id,
                parent_id=standing.parent_id,
                child_id=child,
                valid_from=standing.valid_from,
                valid_to=day,
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
                supersedes_id=standing.id,
            )
            session.add(end)
        people.place_new_unit(caller, line_id, to, child, day)


def _settle_roles(caller: Caller, unit_id: int, plan: Merge) -> tuple[list[int], list[int]]:
    """End the roles over a unit today; carried, they go on over the other. Ids of those ended and made.

    One's own role is nobody's own to change: it stays with the unit that is put away.
    """
    session, today = caller.session, local_day(caller.now)
    account_queries.lock_admins(session, today)
    ended, carried = [], []
    for grant in unit_contents.grants_over(session, unit_id, today):
        if grant.person_id == caller.actor.person_id:
            continue
        if plan.roles is RolesBecome.CARRIED:
            made = _grant_over(caller, grant, plan.into_id)
            if made is not None:
                carried.append(made)
        elif grant.role in KEEPERS and not account_queries.has_other_admin(
            session, grant, today, grant_alone=True
        ):
            raise Conflict("last_admin")
        session.add(access.ended(caller, grant, today))
        ended.append(grant.id)
    session.flush()
    return ended, carried


def _grant_over(caller: Caller, grant: Grant, unit_id: int) -> int | None:
    """The same role over another unit from today on; None where it holds already."""
    today = local_day(caller.now)
    made = Grant(
        person_id=grant.person_id,
        role=grant.role,
        unit_id=unit_id,
        line_id=grant.line_id,
        valid_from=max(grant.valid_from, today),
        valid_to=grant.valid_to,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    if history.same_grant(caller.session, made, made.valid_from) is not None:
        return None
    caller.session.add(made)
    caller.session.flush()
    return made.id


def _restore_roles(caller: Caller, details: dict[str, Any]) -> None:
    """Let the roles that a merge ended hold again, and end those that it carried over."""
    session, today = caller.session, local_day(caller.now)
    for grant in unit_contents.grants(session, details.get("ended", ())):
        if grant.person_id != caller.actor.person_id:
            _grant_over(caller, grant, grant.unit_id)
    for grant in unit_contents.grants(session, details.get("carried", ())):
        newest = account_queries.newest_grant(session, grant)
        if newest.valid_to is None or newest.valid_to > today:
            session.add(access.ended(caller, newest, today))
    session.flush()


# What the audit calls each deed, behind "unit.".
ACTIONS = {
    (DeedKind.MERGED, False): "merged",
    (DeedKind.SPLIT, False): "split",
    (DeedKind.MERGED, True): "merge_undone",
    (DeedKind.SPLIT, True): "split_undone",
}


def _record(caller: Caller, deed: UnitDeed) -> None:
    """Keep what was done, by whom and when, with its entry in the audit."""
    deed.recorded_at, deed.recorded_by = caller.now, caller.actor.person_id
    caller.session.add(deed)
    action = ACTIONS[DeedKind(deed.kind), deed.supersedes_id is not None]
    about = {"parent": deed.other_id, "day": str(deed.valid_from)}
    audit_log.record(caller, f"unit.{action}", ("unit", deed.unit_id), **about)
    caller.session.flush()


def _deed(kind: str, unit_id: int, other_id: int, day: date, details: dict[str, Any]) -> UnitDeed:
    return UnitDeed(kind=kind, unit_id=unit_id, other_id=other_id, valid_from=day, details=details)


def _count(
    caller: Caller, moved: set[int], children: Collection[unit_contents.Below], day: date
) -> None:
    """Count who moved, and who serves in or below the units that moved."""
    session, today = caller.session, local_day(caller.now)
    everybody = set(moved)
    for line_id, child in children:
        below = unit_trees.subtree(child, line_id, max(day, today))
        everybody |= set(units.members_of(session, below, line_id, today))
    counters.refresh_many(session, caller.now, everybody)
