"""What the figures need of some people, as known now: the same facts, by prepared statements.

Counting goes through people some at a time: making the statements would cost more than asking them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId, Instant
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.many import ids_in, ids_together, one_of_bound
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
_LINE = bindparam("line_id", type_=BigId)


class _MemberRow(NamedTuple):
    person_id: int
    unit_id: int
    category: str
    basis: str
    valid_from: date
    post: str


class _EndedRow(NamedTuple):
    person_id: int
    valid_from: date
    valid_to: date


class _AboveRow(NamedTuple):
    start: int
    unit_id: int | None


class _DoneRow(NamedTuple):
    person_id: int
    items: str


class _AwayRow(NamedTuple):
    person_id: int
    first_day: date
    last_day: date
    effect: str
    item_id: int | None


def _counting() -> list[Any]:
    return [
        one_of_bound(Membership.person_id, "people"),
        Membership.line_id == _LINE,
        Membership.counts.is_(True),
    ]


def _members(_: Any) -> AnySelect:
    return (
        select(
            Membership.person_id,
            Membership.unit_id,
            Membership.category,
            Membership.basis,
            Membership.valid_from,
            Membership.post,
        )
        .where(*_counting(), in_force(Membership, _DAY), serving(Membership.person_id, _AS_OF))
        .order_by(Membership.person_id)
    )


def _ended(_: Any) -> AnySelect:
    return select(Membership.person_id, Membership.valid_from, Membership.valid_to).where(
        *_counting(), Membership.valid_to <= _DAY, as_known(Membership)
    )


def _above(_: Any) -> AnySelect:
    up = (
        select(Placement.child_id.label("start"), Placement.child_id.label("unit_id"))
        .where(one_of_bound(Placement.child_id, "units"), Placement.line_id == _LINE)
        .where(in_force(Placement, _DAY))
        .cte("above", recursive=True)
    )
    step = (
        select(up.c.start, _PLACE.parent_id)
        .join(_PLACE, _PLACE.child_id == up.c.unit_id)
        .where(_PLACE.line_id == _LINE, in_force(_PLACE, _DAY))
    )
    up = up.union(step)
    return select(up.c.start, up.c.unit_id)


def _done(_: Any) -> AnySelect:
    taken_back = select(Withdrawal.id).where(
        Withdrawal.completion_id == Completion.id, Withdrawal.occurred_at <= _AS_OF
    )
    theirs = ids_together(Completion.item_id).label("items")
    return (
        select(Completion.person_id, theirs)
        .where(
            one_of_bound(Completion.person_id, "people"),
            Completion.occurred_at <= _AS_OF,
            ~taken_back.exists(),
        )
        .group_by(Completion.person_id)
    )


def _away(_: Any) -> AnySelect:
    return (
        select(
            Absence.person_id,
            Absence.first_day,
            Absence.last_day,
            Absence.effect,
            Absence.item_id,
        )
        .where(
            one_of_bound(Absence.person_id, "people"),
            as_known(Absence),
            Absence.cancelled.is_(False),
        )
        .order_by(Absence.first_day, Absence.id)
    )


_MEMBERS = Prepared(_MemberRow, _members)
_ENDED = Prepared(_EndedRow, _ended)
_ABOVE = Prepared(_AboveRow, _above)
_DONE = Prepared(_DoneRow, _done)
_AWAY = Prepared(_AwayRow, _away)


def facts_of_some(
    session: Session, line_id: int, as_of: datetime, people: Collection[int]
) -> list[PersonFacts]:
    """The facts of those of these people whom the line counts that day, in the order of their ids."""
    asked, day = sorted(set(people)), local_day(as_of)
    line: dict[str, Any] = {"line_id": line_id, "day": day}
    members = _MEMBERS.rows(session, people=asked, as_of=as_of, **line)
    units = sorted({row.unit_id for row in members})
    above = {unit_id: {unit_id} for unit_id in units}
    for start, unit_id in _ABOVE.rows(session, units=units, **line):
        if unit_id is not None:  # a condition on it would mislead SQLite's planner
            above[start].add(unit_id)
    tree = {unit_id: frozenset(up) for unit_id, up in above.items()}
    found = _DONE.rows(session, people=asked, as_of=as_of)
    done = {person_id: ids_in(items) for person_id, items in found}
    away: dict[int, list[AbsenceSpan]] = defaultdict(list)
    for person_id, first, last, effect, item_id in _AWAY.rows(session, people=asked):
        away[person_id].append(AbsenceSpan(first, last, AbsenceEffect(effect), item_id))
    earlier: dict[int, dict[date, date]] = defaultdict(dict)
    for person_id, first, end in _ENDED.rows(session, people=asked, **line):
        earlier[person_id][end] = first
    return [
        person_facts(row, tree[row.unit_id], done, away, earlier.get(row.person_id, {}))
        for row in members
    ]


def person_facts(
    member: Any,
    units_above: frozenset[int],
    done: Mapping[int, frozenset[int]],
    away: Mapping[int, Sequence[AbsenceSpan]],
    earlier: dict[date, date],
) -> PersonFacts:
    """The facts of a counting member, of what was read of many; `earlier`: the memberships before."""
    return PersonFacts(
        person_id=member.person_id,
        unit_id=member.unit_id,
        units_above=units_above,
        category=member.category,
        basis=member.basis,
        post=member.post,
        done_items=done.get(member.person_id, frozenset()),
        absences=tuple(away.get(member.person_id, ())),
        since=counted_since(member.valid_from, earlier),
    )
