"""A window's roll by groups: people alike in all that decides are counted, the others are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Allowance, Attempt, Result
from learnapp.db.exams.models import ExamWindow, WindowPerson
from learnapp.db.people.models import Person
from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import AttemptState

_NEWEST = lasting_alias(Result)


@dataclass(frozen=True)
class Like:
    """All in which people on a roll are alike who have one attempt in the exam at most, with its time
    and theirs as everybody's: `window_id`, `state`, `channel`, `void_cause` and `passed` are
    of the attempt."""

    in_batch: bool
    account: bool
    window_id: int | None
    state: str | None
    channel: str | None
    void_cause: str | None
    passed: bool | None


class ResultGroup(NamedTuple):
    """How many people of a unit are alike, with the same marks in hundredths; `passed` of `like` says
    whether these are enough."""

    unit_id: int
    like: Like
    awarded: int | None
    full: int | None
    people: int


class RollPlace(NamedTuple):
    """A person's place on a roll, by unit and name."""

    unit_id: int
    sort_key: str
    person_id: int


@dataclass(frozen=True)
class RollQuery:
    """The people of whom an exam is asked, with their attempts in it, for one window of it.

    `with_results`: whether it matters if an attempt was passed.
    """

    members: AnySelect
    exam_id: int
    window_id: int
    has_batch: bool
    with_results: bool
    now: datetime

    def _people(self) -> Subquery:
        who = self.members.cte("asked")
        windows = select(ExamWindow.id).where(ExamWindow.exam_id == self.exam_id)
        several = (
            select(Attempt.person_id)
            .where(Attempt.window_id.in_(windows))
            .group_by(Attempt.person_id)
            .having(func.count() > 1)
        )
        # An open attempt that has no more time by its first deadline, or was given some.
        own_time = or_(
            Attempt.base_deadline < self.now - GRACE,
            exists().where(Allowance.attempt_id == Attempt.id),
        )
        look_at = and_(Attempt.state == AttemptState.OPEN, own_time)
        account = exists().where(Credential.person_id == who.c.person_id)
        return (
            select(
                who.c.person_id,
                who.c.unit_id,
                case(
                    (or_(who.c.special, look_at, who.c.person_id.in_(several)), True), else_=False
                ).label("special"),
                self._in_batch(who.c.person_id).label("in_batch"),
                case((Attempt.id.is_(None), account), else_=True).label("account"),
                Attempt.window_id,
                Attempt.state,
                Attempt.channel,
                Attempt.void_cause,
                Attempt.id.label("attempt_id"),
                Attempt.results_from,
                self._passed().label("passed"),
            )
            .select_from(who)
            .outerjoin(
                Attempt,
                (Attempt.person_id == who.c.person_id) & (Attempt.exam_id == self.exam_id),
            )
            .subquery()
        )

    def _in_batch(self, person_id: Any) -> ColumnElement[bool]:
        if not self.has_batch:
            return true()
        return exists().where(
            WindowPerson.window_id == self.window_id, WindowPerson.person_id == person_id
        )

    def _passed(self) -> Any:
        if not self.with_results:
            return cast(null(), Boolean)
        return (
            select(Result.passed)
            .where(Result.attempt_id == Attempt.id, Result.number > Attempt.results_from)
            .order_by(Result.number.desc())
            .limit(1)
            .correlate(Attempt)
            .scalar_subquery()
        )

    def counted(self, session: Session) -> tuple[dict[Like, int], dict[int, int], int]:
        """(how many people are alike in what, person -> unit of those to be looked at one by one, how
        many of all have an attempt in the window). One statement."""
        each = self._people()
        alone = [
            case((each.c.special, column)).label(name)
            for name, column in (("who", each.c.person_id), ("unit", each.c.unit_id))
        ]
        groups = select(*alone, *_of_like(each)).subquery()
        rows = session.execute(select(*groups.c, func.count()).group_by(*groups.c)).all()
        found: dict[Like, int] = {}
        special: dict[int, int] = {}
        sat = set()
        present = 0
        for person_id, unit_id, *values, count in rows:
            like = Like(bool(values[0]), bool(values[1]), *values[2:])
            if person_id is None:
                found[like] = found.get(like, 0) + count
                present += count if like.window_id == self.window_id else 0
                continue
            special[person_id] = unit_id
            if like.window_id == self.window_id:
                sat.add(person_id)
        return found, special, present + len(sat)

    def with_marks(self, session: Session) -> tuple[list[ResultGroup], dict[int, int], int]:
        """As `counted`, by unit and marks. One statement."""
        each = self._people()
        number = (
            select(func.max(_NEWEST.number))
            .where(_NEWEST.attempt_id == each.c.attempt_id)
            .correlate(each)
            .scalar_subquery()
        )
        newest = and_(
            Result.attempt_id == each.c.attempt_id,
            Result.number == number,
            Result.number > each.c.results_from,
        )
        alike = [each.c[name.name] for name in fields(Like) if name.name != "passed"]
        marked = (
            select(
                case((each.c.special, each.c.person_id)).label("who"),
                each.c.unit_id,
                Result.awarded,
                Result.full,
                *alike,
                Result.passed,
            )
            .select_from(each)
            .outerjoin(Result, newest)
            .subquery()
        )
        groups, special = list[ResultGroup](), dict[int, int]()
        present, sat = 0, set[int]()
        rows = session.execute(select(*marked.c, func.count()).group_by(*marked.c))
        for person_id, unit_id, awarded, full, *values, count in rows:
            like = Like(bool(values[0]), bool(values[1]), *values[2:])
            here = like.window_id == self.window_id
            if person_id is None:
                groups.append(ResultGroup(unit_id, like, awarded, full, count))
                present += count if here else 0
                continue
            special[person_id] = unit_id
            sat |= {person_id} if here else set()  # of several attempts there are several rows
        return groups, special, present + len(sat)

    def of_units(
        self, session: Session, likes: Iterable[Like], units: Sequence[int], limit: int | None
    ) -> list[tuple[RollPlace, Like]]:
        """The people of these units who are alike in one of these ways, by the order of the units given
        and by name."""
        if not units:
            return []
        each = replace(self, with_results=True)._people()
        wanted = [
            and_(*(column.is_not_distinct_from(value) for column, value in _values(each, like)))
            for like in likes
        ]
        in_order = case(
            {unit_id: place for place, unit_id in enumerate(units)}, value=each.c.unit_id
        )
        rows = session.execute(
            select(each.c.unit_id, Person.sort_key, each.c.person_id, *_of_like(each))
            .join(Person, Person.id == each.c.person_id)
            .where(~each.c.special, one_of(each.c.unit_id, units), or_(*wanted))
            .order_by(in_order, Person.sort_key, each.c.person_id)
            .limit(limit)
        )
        return [(RollPlace(*row[:3]), Like(bool(row[3]), bool(row[4]), *row[5:])) for row in rows]

    def first(
        self, session: Session, likes: Iterable[Like], limit: int | None, offset: int
    ) -> list[RollPlace]:
        """The people alike in one of these ways, by unit and name."""
        each = self._people()
        wanted = [
            and_(*(column.is_not_distinct_from(value) for column, value in _values(each, like)))
            for like in likes
        ]
        rows = session.execute(
            select(each.c.unit_id, Person.sort_key, each.c.person_id)
            .join(Person, Person.id == each.c.person_id)
            .where(~each.c.special, or_(*wanted))
            .order_by(each.c.unit_id, Person.sort_key, each.c.person_id)
            .limit(limit)
            .offset(offset)
        )
        return [RollPlace(*row) for row in rows]


def _of_like(each: Subquery) -> list[Any]:
    return [each.c[name.name] for name in fields(Like)]


def _values(each: Subquery, like: Like) -> list[tuple[Any, Any]]:
    return [(each.c[name.name], getattr(like, name.name)) for name in fields(Like)]
