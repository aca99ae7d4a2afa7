"""Named queries of how many people did what units offer them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.people.memberships import serving
from learnapp.db.people.models import Membership, Placement
from learnapp.db.study.elective_models import UnitElective
from learnapp.db.study.models import Completion, Item, Portion
from learnapp.db.study.unit_electives import stands
from learnapp.domain.core.calendar import local_day

_PLACE = lasting_alias(Placement)


@dataclass(frozen=True)
class ElectiveCount:
    """To how many people an elective is offered, and how many of them have done all of it."""

    people: int
    done: int


def taken(session: Session, electives: Collection[int], now: datetime) -> dict[int, ElectiveCount]:
    """Per elective how many did it; two statements."""
    members = _members(electives, now)
    offered = select(members.c.id, func.count()).group_by(members.c.id)
    people = {id_: count for id_, count in session.execute(offered)}
    each = _who_did_all(members, _items_of_electives(electives))
    found = select(each.c.id, func.count()).group_by(each.c.id)
    done = {id_: count for id_, count in session.execute(found)}
    return {id_: ElectiveCount(people.get(id_, 0), done.get(id_, 0)) for id_ in electives}


def _members(electives: Collection[int], now: datetime) -> Any:
    """(elective, person) of those to whom each is offered."""
    day = local_day(now)
    tree = (
        select(UnitElective.id, UnitElective.unit_id, UnitElective.line_id)
        .where(one_of(UnitElective.id, electives))
        .cte("offered_in", recursive=True)
    )
    below = (
        select(tree.c.id, _PLACE.child_id, tree.c.line_id)
        .join(_PLACE, and_(_PLACE.parent_id == tree.c.unit_id, _PLACE.line_id == tree.c.line_id))
        .where(in_force(_PLACE, day))
    )
    tree = tree.union(below)
    here = and_(tree.c.unit_id == Membership.unit_id, tree.c.line_id == Membership.line_id)
    return (
        select(tree.c.id.label("id"), Membership.person_id.label("person_id"))
        .join(tree, here)
        .where(
            Membership.counts.is_(True),
            in_force(Membership, day),
            serving(Membership.person_id, now),
        )
        .subquery()
    )


def _who_did_all(members: Any, items: Any) -> Any:
    """(elective) once for each member who completed every item of it."""
    needed = select(items.c.id.label("id"), func.count().label("n")).group_by(items.c.id).subquery()
    theirs = and_(
        Completion.person_id == members.c.person_id, Completion.item_id == items.c.item_id
    )
    return (
        select(members.c.id.label("id"))
        .join(items, items.c.id == members.c.id)
        .join(needed, needed.c.id == members.c.id)
        .join(Completion, theirs)
        .where(stands())
        .group_by(members.c.id, members.c.person_id, needed.c.n)
        .having(func.count(Completion.item_id.distinct()) == needed.c.n)
        .subquery()
    )


def _items_of_electives(electives: Collection[int]) -> Any:
    """(elective, item) of what completes each."""
    whole = select(UnitElective.id.label("id"), UnitElective.item_id.label("item_id")).where(
        one_of(UnitElective.id, electives), UnitElective.item_id.is_not(None)
    )
    parts = (
        select(UnitElective.id, Item.id)
        .join(Portion, Portion.reading_id == UnitElective.reading_id)
        .join(Item, Item.portion_id == Portion.id)
        .where(one_of(UnitElective.id, electives))
    )
    return union_all(whole, parts).subquery()
