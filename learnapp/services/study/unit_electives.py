"""自选动作: a unit offers a reading, an exam or a session to its people, and takes it out again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import (
    UnitOnLine,
    limits_of_reach,
    require_all_below,
    unit_ids_in_scope,
    units_in_scope,
)
from learnapp.db.study import electives_taken, things_to_offer
from learnapp.db.study import unit_electives as queries
from learnapp.db.study.elective_models import UnitElective
from learnapp.db.study.electives_taken import ElectiveCount
from learnapp.db.study.models import Item
from learnapp.db.study.session_models import SessionItem
from learnapp.db.study.unit_electives import ElectiveRow
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import ItemKind
from learnapp.domain.study.unit_electives import (
    ElectiveKind,
    OfferedThing,
    check_last_day,
    may_offer,
)

_MOST_OFFERED = 100  # of each kind, on one form


@dataclass(frozen=True)
class NewElective:
    """What is offered in which unit with all below it; `last_day` of a reading, else of the thing."""

    unit_id: int
    kind: ElectiveKind
    thing_id: int
    last_day: date


def choices(caller: Caller, words: str = "") -> list[OfferedThing]:
    """What the actor can offer in one of their units, the newest first; with words what is called so.
    Raises Forbidden."""
    caller.actor.must(Permission.ELECTIVE_OFFER)
    session, day = caller.session, local_day(caller.now)
    own = unit_ids_in_scope(session, caller.actor, Permission.ELECTIVE_OFFER, day)
    held = {grant.unit_id for grant in caller.actor.over(Permission.ELECTIVE_OFFER)}
    above = unit_trees.above(session, held, default_line(session).id, day, None)
    reached = own.union(*above.values())
    found = things_to_offer.things_to_offer(
        session, reached, words.strip(), caller.now, _MOST_OFFERED
    )
    return [each for each in found if may_offer(each, reached, own)]


def offer(caller: Caller, new: NewElective) -> UnitElective:
    """Offer a thing to the people of a unit and all below it; what is offered already stays as it is.

    Raises Forbidden (also "part_in_reach": it goes to all below), NotFound, RuleBroken("last_day",
    "date_unlikely").
    """
    session, day = caller.session, local_day(caller.now)
    line_id = default_line(session).id
    unit = UnitOnLine(new.unit_id, line_id)
    require_all_below(session, caller.actor, Permission.ELECTIVE_OFFER, unit, day)
    thing = _thing_for(caller, new, line_id)
    last_day = thing.last_day or new.last_day
    check_last_day(last_day, day)
    reading_id = thing.id if thing.kind is ElectiveKind.READING else None
    item_id = None if reading_id is not None else _item_of(session, thing)
    known = queries.offered_now(session, new.unit_id, line_id, reading_id, item_id)
    if known is not None:
        return known
    row = UnitElective(
        unit_id=new.unit_id,
        line_id=line_id,
        reading_id=reading_id,
        item_id=item_id,
        session_id=thing.id if thing.kind is ElectiveKind.SESSION else None,
        first_day=day,
        last_day=last_day,
        recorded_at=caller.now,
        recorded_by=caller.actor.own_id(),
    )
    session.add(row)
    session.flush()
    audit_log.record(caller, "elective.offered", ("unit", row.unit_id), elective=row.id)
    return row


def _thing_for(caller: Caller, new: NewElective, line_id: int) -> OfferedThing:
    """What is to be offered, if it may be in the unit. Raises NotFound("elective_unknown")."""
    session, day = caller.session, local_day(caller.now)
    thing = things_to_offer.thing(session, new.kind, new.thing_id, caller.now)
    above = unit_trees.above(session, {new.unit_id}, line_id, day, None)[new.unit_id]
    own = unit_ids_in_scope(session, caller.actor, Permission.ELECTIVE_OFFER, day)
    if thing is None or not may_offer(thing, above, own):
        raise NotFound("elective_unknown")
    return thing


def _item_of(session: Session, thing: OfferedThing) -> int:
    """What an exam or a session is completed by; a session gets an item when it is first offered."""
    if thing.kind is ElectiveKind.EXAM:
        return queries.item_of_exam(session, thing.id)
    known = queries.item_of_session(session, thing.id)
    if known is not None:
        return known
    item = Item(kind=ItemKind.ACTIVITY, title=thing.title)
    session.add(item)
    session.flush()
    session.add(SessionItem(session_id=thing.id, item_id=item.id))
    return item.id


def take_out(caller: Caller, elective_id: int) -> bool:
    """Offer it no longer; what people have done stays done. False where it was taken out before.

    Raises NotFound out of reach, Forbidden for who neither offered it nor edits programmes there.
    """
    caller.actor.must(Permission.ELECTIVE_OFFER)
    session, day = caller.session, local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.ELECTIVE_OFFER, day)
    row = queries.one_within(session, reach, elective_id)
    if row is None:
        raise NotFound("elective_unknown")
    if row.id not in _may_take_out(caller, [row]):
        raise Forbidden(permission=str(Permission.ELECTIVE_OFFER))
    if row.ended_at is not None:
        return False
    row.ended_at, row.ended_by = caller.now, caller.actor.own_id()
    session.flush()
    audit_log.record(caller, "elective.taken_out", ("unit", row.unit_id), elective=row.id)
    return True


def _may_take_out(caller: Caller, rows: Collection[UnitElective]) -> set[int]:
    """Those that the actor offered, or whose unit's programmes they edit: who offered it may have left."""
    session, day = caller.session, local_day(caller.now)
    if not caller.actor.may(Permission.ELECTIVE_OFFER):
        return set()
    reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, day)
    edited = queries.units_among(session, {row.unit_id for row in rows}, reach)
    return {
        row.id for row in rows if row.recorded_by == caller.actor.person_id or row.unit_id in edited
    }


@dataclass(frozen=True)
class ListedElective:
    """An elective with how many did it, and whether the reader may take it out."""

    about: ElectiveRow
    taken: ElectiveCount
    may_take_out: bool


def listed(
    caller: Caller, page: PageSpan, unit_id: int | None = None
) -> tuple[list[ListedElective], int]:
    """A page of what units within reach offer (with `unit_id` that unit and all below it), the newest
    first, and how much there is. Raises Forbidden, NotFound for a unit beyond the reach."""
    session, day = caller.session, local_day(caller.now)
    caller.actor.must(Permission.PROGRESS_READ)
    units = units_in_scope(caller.actor, Permission.PROGRESS_READ, day)
    if unit_id is not None:
        line_id = default_line(session).id
        unit = UnitOnLine(unit_id, line_id)
        limits = limits_of_reach(session, caller.actor, Permission.PROGRESS_READ, unit, day)
        units = unit_trees.subtree_within(unit_id, line_id, day, limits)
    rows = queries.within(session, units, page.size, page.offset)
    taken = electives_taken.taken(session, [each.row.id for each in rows], caller.now)
    own = _may_take_out(caller, [each.row for each in rows])
    return (
        [ListedElective(each, taken[each.row.id], each.row.id in own) for each in rows],
        queries.count_within(session, units),
    )
