"""Counting members in groups of one kind, and those who are in no such group: who was away or has moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import as_known
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.models import Absence, Membership
from learnapp.domain.core.calendar import local_day


class MemberGroup(NamedTuple):
    """So many people who joined a unit on one day as one thing, and were never away since."""

    unit_id: int
    category: str
    basis: str
    post: str
    since: date
    people: int


def groups_of(session: Session, line_id: int, as_of: datetime) -> list[MemberGroup]:
    """The groups of a line's counting members, those apart who are in none. One statement."""
    members = counting_members(line_id, as_of).where(
        Membership.person_id.not_in(_special(line_id, as_of))
    )
    kind = (
        *(Membership.unit_id, Membership.category, Membership.basis),
        *(Membership.post, Membership.valid_from),
    )
    wanted = members.with_only_columns(*kind, func.count()).group_by(*kind)
    return [MemberGroup(*row) for row in session.execute(wanted)]


def people_in_none(
    session: Session, line_id: int, as_of: datetime, size: int
) -> Iterator[list[int]]:
    """The people who are in no group, by id, at most `size` at once: some may count no more."""
    special, last = _special(line_id, as_of).subquery(), 0
    person = special.c[0]
    while True:
        wanted = select(person).where(person > last).order_by(person).limit(size)
        found = list(session.scalars(wanted))
        if not found:
            return
        yield found
        last = found[-1]


def _special(line_id: int, as_of: datetime) -> Select[int]:
    """People with an absence, or with a counting membership that is over."""
    away = select(Absence.person_id).where(as_known(Absence), Absence.cancelled.is_(False))
    moved = select(Membership.person_id).where(
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        Membership.valid_to <= local_day(as_of),
        as_known(Membership),
    )
    both = union(away, moved).subquery()
    return select(both.c.person_id)
