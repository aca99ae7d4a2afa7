"""Named queries of a window's roll: who is asked, who else sat, what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
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
    union_all,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import as_known
from learnapp.db.exams.attempt_models import Allowance, Attempt, Result
from learnapp.db.exams.models import ExamWindow, WindowPerson
from learnapp.db.people import unit_trees
from learnapp.db.people.login_names import first_login
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.models import Absence, Membership, Person
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import AttemptState
from learnapp.domain.progress.figures import PersonDuty, PersonFacts, duties_of
from learnapp.domain.study.programme import AbsenceSpan, Audience, Duty

_RANK = 10**12  # more than any unit's id


@dataclass(frozen=True)
class Asked:
    """A person of whom an exam is asked: the unit where they count, their duty, their absences."""

    unit_id: int
    duty: PersonDuty
    absences: tuple[AbsenceSpan, ...]


@dataclass(frozen=True)
class Asking:
    """By what an exam is asked: the duties of its item, each with the line on which it counts."""

    duties: tuple[tuple[int, Duty], ...]

    @property
    def lines(self) -> set[int]:
        """The lines of the duties."""
        return {line_id for line_id, _ in self.duties}


def asking(session: Session, exam_id: int, as_of: datetime) -> Asking:
    """What asks an exam, of the revisions in force."""
    item_id = session.scalar(select(Item.id).where(Item.exam_id == exam_id))
    stages = figure_facts.stages_in_force(session, as_of)
    duties = figure_facts.duties_in_force(session, stages)
    return Asking(
        tuple(
            (stage.line_id, duty)
            for stage in stages
            for duty in duties[stage.id]
            if duty.item_id == item_id
        )
    )


def asked_in(
    session: Session,
    asked: Asking,
    as_of: datetime,
    people: Collection[int],
    reach: Select[tuple[int]],
) -> dict[int, Asked]:
    """Per person of these within reach the duty by which the exam is asked of them; of several the
    one that falls due first."""
    found: dict[int, Asked] = {}
    for line_id in asked.lines:
        here = [duty for line, duty in asked.duties if line == line_id]
        for facts in _facts(session, line_id, as_of, people, reach):
            for each in duties_of(facts, here, as_of):
                known = found.get(facts.person_id)
                if known is None or each.duty.due_at < known.duty.duty.due_at:
                    found[facts.person_id] = Asked(facts.unit_id, each, facts.absences)
    return found


def _facts(
    session: Session,
    line_id: int,
    as_of: datetime,
    people: Collection[int],
    reach: Select[tuple[int]],
) -> list[PersonFacts]:
    return figure_facts.facts_of(session, line_id, Moment(as_of), (), people, reach)


def members_asked(
    asked: Asking, as_of: datetime, closes_at: datetime, reach: Select[tuple[int]]
) -> Select[Any] | None:
    """(person, unit, whether their due time is to be computed) of whom an exam is asked within reach:
    everybody else's is that of the duty, for they were there before it was planned and are not away
    when it falls due. None where nothing asks it."""
    day = local_day(as_of)
    in_order = sorted(asked.duties, key=lambda each: each[1].due_at)
    found = [
        counting_members(line_id, as_of)
        .with_only_columns(
            Membership.person_id,
            Membership.unit_id,
            or_(
                Membership.valid_from > duty.plan_day,
                _away_at(min(duty.due_at, closes_at), max(duty.due_at, closes_at)),
            ).label("special"),
            (Membership.unit_id + rank * _RANK).label("ranked"),
        )
        .where(Membership.unit_id.in_(reach), *_holds(duty.audience, line_id, day))
        for rank, (line_id, duty) in enumerate(in_order)
    ]
    if len(found) < 2:
        return found[0] if found else None
    # Asked by several duties: once, in the unit where the first of them counts.
    each = union_all(*found).subquery()
    special = func.max(case((each.c.special, 1), else_=0))
    return select(
        each.c.person_id,
        (func.min(each.c.ranked) % _RANK).label("unit_id"),
        special.label("special"),
    ).group_by(each.c.person_id)


def _away_at(first: datetime, last: datetime) -> ColumnElement[bool]:
    """Condition on a membership: its person has an absence that may hold one of the due times."""
    days = (local_day(first - timedelta(days=1)), local_day(last))
    return Membership.person_id.in_(
        select(Absence.person_id).where(
            as_known(Absence),
            Absence.cancelled.is_(False),
            Absence.first_day <= days[1],
            Absence.last_day >= days[0],
        )
    )


def _holds(audience: Audience, line_id: int, day: date) -> list[ColumnElement[bool]]:
    """Conditions on a membership: the audience holds it."""
    found: list[ColumnElement[bool]] = []
    if audience.unit_ids:
        found.append(Membership.unit_id.in_(unit_trees.below(audience.unit_ids, line_id, day)))
    if audience.categories:
        found.append(Membership.category.in_(sorted(audience.categories)))
    if audience.bases:
        found.append(Membership.basis.in_(sorted(audience.bases)))
    return found


@dataclass(frozen=True)
class Like:
    """All in which people on a roll are alike who have one attempt in the exam at most, with its time
    and theirs as everybody's: `window_id`, `state`, `channel` and `passed` are of the attempt."""

    in_batch: bool
    account: bool
    window_id: int | None
    state: str | None
    channel: str | None
    passed: bool | None


@dataclass(frozen=True)
class RollQuery:
    """The people of whom an exam is asked, with their attempts in it, for one window of it.

    `with_results`: whether it matters if an attempt was passed.
    """

    members: Select[Any]
    exam_id: int
    window_id: int
    has_batch: bool
    with_results: bool
    now: datetime

    def _people(self) -> Subquery:
        who = self.members.cte("asked")
        several = (
            select(Attempt.person_id)
            .where(
                Attempt.window_id.in_(
                    select(ExamWindow.id).where(ExamWindow.exam_id == self.exam_id)
                )
            )
            .group_by(Attempt.person_id)
            .having(func.count() > 1)
        )
        # An open attempt that has no more time by its first deadline, or was given some.
        look_at = and_(
            Attempt.state == AttemptState.OPEN,
            or_(
                Attempt.base_deadline < self.now - GRACE,
                exists().where(Allowance.attempt_id == Attempt.id),
            ),
        )
        account = exists().where(Credential.person_id == who.c.person_id)
        here = Attempt.exam_id == self.exam_id
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
                self._passed().label("passed"),
            )
            .select_from(who)
            .outerjoin(Attempt, (Attempt.person_id == who.c.person_id) & here)
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

    def first(
        self, session: Session, likes: Iterable[Like], limit: int | None, offset: int
    ) -> Sequence[Any]:
        """(person, unit, sort key) of people alike in one of these ways, by unit and name."""
        each = self._people()
        wanted = [
            and_(*(column.is_not_distinct_from(value) for column, value in _values(each, like)))
            for like in likes
        ]
        return session.execute(
            select(each.c.person_id, each.c.unit_id, Person.sort_key)
            .join(Person, Person.id == each.c.person_id)
            .where(~each.c.special, or_(*wanted))
            .order_by(each.c.unit_id, Person.sort_key, each.c.person_id)
            .limit(limit)
            .offset(offset)
        ).all()


def _of_like(each: Subquery) -> list[Any]:
    return [each.c[name.name] for name in fields(Like)]


def _values(each: Subquery, like: Like) -> list[tuple[Any, Any]]:
    return [(each.c[name.name], getattr(like, name.name)) for name in fields(Like)]


def sat_in(session: Session, window_id: int) -> int:
    """How many people have an attempt in a window."""
    people = select(Attempt.person_id).where(Attempt.window_id == window_id).distinct()
    return session.scalar(select(func.count()).select_from(people.subquery())) or 0


def others_in(
    session: Session, window_id: int, members: Select[Any] | None, reach: Select[tuple[int]]
) -> set[int]:
    """Who has an attempt in a window though the exam is not asked of them (`members`), and was ever a
    member of a unit within reach."""
    found = (
        select(Attempt.person_id)
        .join(Membership, Membership.person_id == Attempt.person_id)
        .where(Attempt.window_id == window_id, Membership.unit_id.in_(reach))
    )
    if members is not None:
        asked = members.subquery()
        found = found.where(Attempt.person_id.not_in(select(asked.c.person_id)))
    return set(session.scalars(found))


def batch_of(session: Session, window_id: int) -> set[int] | None:
    """The people whom a window is kept for; None where it is for everybody."""
    people = set(
        session.scalars(select(WindowPerson.person_id).where(WindowPerson.window_id == window_id))
    )
    return people or None


def units_at_start(
    session: Session, line_id: int, attempt_ids: Collection[int], reach: Select[tuple[int]]
) -> dict[int, int]:
    """Per person the unit within reach in which they counted when they began the attempt, as it was
    known then: no later transfer, and no end of a membership, moves what was begun."""
    found: dict[int, int] = {}
    rows = session.execute(
        select(
            Attempt.person_id,
            Attempt.started_at,
            Membership.unit_id,
            Membership.valid_from,
            Membership.valid_to,
        )
        .join(Membership, Membership.person_id == Attempt.person_id)
        .where(
            one_of(Attempt.id, attempt_ids),
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            Membership.unit_id.in_(reach),
            as_known(Membership, Attempt.started_at),
        )
    )
    for person_id, started_at, unit_id, first, end in rows:
        day = local_day(started_at)
        if first <= day and (end is None or day < end):
            found[person_id] = unit_id
    return found


def sort_keys(session: Session, people: Collection[int]) -> dict[int, str]:
    """Per person what their name is sorted by."""
    rows = session.execute(select(Person.id, Person.sort_key).where(one_of(Person.id, people)))
    return {person_id: key for person_id, key in rows}


def accounts_of(session: Session, people: Collection[int]) -> set[int]:
    """Those of these people who have an account."""
    wanted = one_of(Credential.person_id, people)
    return set(session.scalars(select(Credential.person_id).where(wanted)))


def names_and_logins(session: Session, people: Collection[int]) -> dict[int, tuple[str, str]]:
    """Per person name and first login name."""
    rows = session.execute(
        select(Person.id, Person.name, first_login()).where(one_of(Person.id, people))
    )
    return {person_id: (name, login or "") for person_id, name, login in rows}
