"""What the figures need of a single person, as known now: the same facts, by prepared statements.

A page of one's own, a start and a submit ask this every time; `figure_facts.facts_of` asks it of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Date, bindparam, cast, null, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.memberships import counted_since, serving
from learnapp.db.people.models import Absence, Membership, Placement
from learnapp.db.study.models import Completion, Withdrawal
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.figures import PersonFacts
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan

_PLACE = lasting_alias(Placement)
_DAY: Any = bindparam("day", type_=Date())
_AS_OF: Any = bindparam("as_of", type_=Instant())
_PERSON = bindparam("person_id", type_=BigId)
_LINE = bindparam("line_id", type_=BigId)


def _members(_: Any) -> CompoundSelect[Any]:
    """The person's counting membership, once for each unit it is in; then those that ended."""
    up = (
        select(
            Membership.unit_id.label("own"),
            Membership.category,
            Membership.basis,
            Membership.post,
            Membership.valid_from,
            Membership.unit_id,
        )
        .where(
            Membership.person_id == _PERSON,
            Membership.line_id == _LINE,
            Membership.counts.is_(True),
            in_force(Membership, _DAY),
            serving(Membership.person_id, _AS_OF),
        )
        .cte("up", recursive=True)
    )
    step = (
        select(
            *(up.c.own, up.c.category, up.c.basis, up.c.post, up.c.valid_from),
            _PLACE.parent_id,
        )
        .join(_PLACE, (_PLACE.child_id == up.c.unit_id) & (_PLACE.line_id == _LINE))
        .where(_PLACE.parent_id.is_not(None), in_force(_PLACE, _DAY))
    )
    whole = up.union(step)
    now = select(
        whole.c.own,
        whole.c.category,
        whole.c.basis,
        whole.c.post,
        whole.c.valid_from,
        whole.c.unit_id,
        cast(null(), Date).label("ended"),
    )
    return now.union_all(_ended())


def _ended() -> AnySelect:
    """The person's counting memberships that are over by that day."""
    return select(
        Membership.unit_id,
        Membership.category,
        Membership.basis,
        Membership.post,
        Membership.valid_from,
        Membership.unit_id,
        Membership.valid_to,
    ).where(
        Membership.person_id == _PERSON,
        Membership.line_id == _LINE,
        Membership.counts.is_(True),
        Membership.valid_to <= _DAY,
        as_known(Membership),
    )


def _done(_: Any) -> AnySelect:
    withdrawn = select(Withdrawal.id).where(
        Withdrawal.completion_id == Completion.id, Withdrawal.occurred_at <= _AS_OF
    )
    return select(Completion.item_id).where(
        Completion.person_id == _PERSON, Completion.occurred_at <= _AS_OF, ~withdrawn.exists()
    )


class _MemberRow(NamedTuple):
    own: int
    category: str
    basis: str
    post: str
    valid_from: date
    unit_id: int
    ended: date | None


class _DoneRow(NamedTuple):
    item_id: int


class _AwayRow(NamedTuple):
    first_day: date
    last_day: date
    effect: str
    item_id: int | None


_MEMBERS = Prepared(_MemberRow, _members)
_DONE = Prepared(_DoneRow, _done)
_AWAY = Prepared(
    _AwayRow,
    lambda _: (
        select(Absence.first_day, Absence.last_day, Absence.effect, Absence.item_id)
        .where(as_known(Absence), Absence.cancelled.is_(False), Absence.person_id == _PERSON)
        .order_by(Absence.first_day, Absence.id)
    ),
)


@dataclass(frozen=True)
class CountingMembership:
    """The membership that counts: where, as what, since when without a gap."""

    unit_id: int
    category: str
    basis: str
    post: str
    units_above: frozenset[int]  # the unit itself among them
    since: date


def where_counted(
    session: Session, line_id: int, as_of: datetime, person_id: int
) -> CountingMembership | None:
    """The person's counting membership on the line then; None for who has retired by then."""
    rows = _MEMBERS.rows(
        session, line_id=line_id, day=local_day(as_of), as_of=as_of, person_id=person_id
    )
    current = [row for row in rows if row.ended is None]
    if not current:
        return None
    first = current[0]
    earlier = {row.ended: row.valid_from for row in rows if row.ended is not None}
    return CountingMembership(
        first.own,
        first.category,
        first.basis,
        first.post,
        frozenset(row.unit_id for row in current),
        counted_since(first.valid_from, earlier),
    )


def facts_of_one(
    session: Session, line_id: int, as_of: datetime, person_id: int
) -> list[PersonFacts]:
    """The person's facts; empty for whom the line does not count that day, or who has retired."""
    counted = where_counted(session, line_id, as_of, person_id)
    if counted is None:
        return []
    done = _DONE.rows(session, person_id=person_id, as_of=as_of)
    away = _AWAY.rows(session, person_id=person_id)
    return [
        PersonFacts(
            person_id=person_id,
            unit_id=counted.unit_id,
            units_above=counted.units_above,
            category=counted.category,
            basis=counted.basis,
            post=counted.post,
            since=counted.since,
            done_items=frozenset(row.item_id for row in done),
            absences=tuple(
                AbsenceSpan(row.first_day, row.last_day, AbsenceEffect(row.effect), row.item_id)
                for row in away
            ),
        )
    ]
