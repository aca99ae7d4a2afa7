"""Who counts on a line on a day, and since when without a gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.models import Membership, Person
from learnapp.domain.core.calendar import local_day


def counting_members(
    line_id: int, as_of: datetime, known_at: datetime | None = None
) -> Select[int, int, str, str, date, str]:
    """(person, unit, category, basis, first day, post) of each counting membership on the line that day,
    of people who had not retired by then."""
    return select(
        Membership.person_id,
        Membership.unit_id,
        Membership.category,
        Membership.basis,
        Membership.valid_from,
        Membership.post,
    ).where(
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        in_force(Membership, local_day(as_of), known_at),
        serving(Membership.person_id, as_of),
    )


def posts_within(session: Session, reach: Select[int], day: date, most: int) -> list[str]:
    """The posts (岗位) recorded of those who count in these units that day, so many at most."""
    wanted = (
        select(Membership.post)
        .where(
            Membership.unit_id.in_(reach),
            Membership.counts.is_(True),
            Membership.post != "",
            in_force(Membership, day),
        )
        .distinct()
        .order_by(Membership.post)
        .limit(most)
    )
    return list(session.scalars(wanted))


def counting_of(session: Session, person_id: int, line_id: int) -> Sequence[Membership]:
    """The counting memberships of a person on the line as they are known now, past ones too."""
    return session.scalars(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            as_known(Membership),
        )
    ).all()


def counts_on(session: Session, person_id: int, line_id: int, day: date) -> bool:
    """Whether the person has a counting membership on the line that day."""
    found = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        in_force(Membership, day),
    )
    return session.scalar(found.limit(1)) is not None


def ended_memberships(
    session: Session,
    line_id: int,
    as_of: datetime,
    known_at: datetime | None,
    whom: ColumnElement[bool],
) -> dict[int, dict[date, date]]:
    """Per person the counting memberships over by then: first day by the day they end."""
    rows = session.execute(
        select(Membership.person_id, Membership.valid_from, Membership.valid_to).where(
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            Membership.valid_to <= local_day(as_of),
            as_known(Membership, known_at),
            whom,
        )
    )
    found: dict[int, dict[date, date]] = defaultdict(dict)
    for person_id, first, end in rows:
        if end is not None:
            found[person_id][end] = first
    return found


def counted_since(begun: date, earlier: dict[date, date]) -> date:
    """The first day of the memberships that follow one another, without a gap, up to this one."""
    while earlier.get(begun, begun) < begun:
        begun = earlier[begun]
    return begun


def serving(person_id: SQLColumnExpression[int], as_of: Any) -> ColumnElement[bool]:
    """Condition: the person had not retired by then; who has counts in no figure any more."""
    return person_id.not_in(select(Person.id).where(Person.retired_at <= as_of))
