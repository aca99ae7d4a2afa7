"""Named queries of a window's roll: who is asked, who else sat, what they are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import as_known
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import WindowPerson
from learnapp.db.people import unit_trees
from learnapp.db.people.login_names import first_login
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.models import Absence, Membership, Person
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import MemberChoice, Moment
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.figures import PersonDuty, PersonFacts, duties_of
from learnapp.domain.study.programme import AbsenceSpan, Audience, Duty

_RANK = 10**12  # more than any unit's id


@dataclass(frozen=True)
class ExpectedPerson:
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
    reach: Select[int],
) -> dict[int, ExpectedPerson]:
    """Per person of these within reach the duty by which the exam is asked of them; of several the
    one that falls due first."""
    found: dict[int, ExpectedPerson] = {}
    for line_id in asked.lines:
        here = [duty for line, duty in asked.duties if line == line_id]
        for facts in _facts(session, line_id, as_of, people, reach):
            for each in duties_of(facts, here, as_of):
                known = found.get(facts.person_id)
                if known is None or each.duty.due_at < known.duty.duty.due_at:
                    found[facts.person_id] = ExpectedPerson(facts.unit_id, each, facts.absences)
    return found


def _facts(
    session: Session,
    line_id: int,
    as_of: datetime,
    people: Collection[int],
    reach: Select[int],
) -> list[PersonFacts]:
    whom = MemberChoice(people, reach)
    return figure_facts.facts_of(session, line_id, Moment(as_of), (), whom)


def members_asked(
    asked: Asking, as_of: datetime, closes_at: datetime, reach: Select[int]
) -> AnySelect | None:
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
                _away_at(min(duty.due_at, closes_at), max(duty.due_at, closes_at), duty.item_id),
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


def _away_at(first: datetime, last: datetime, item_id: int) -> ColumnElement[bool]:
    """Condition on a membership: its person has an absence that may hold one of the due times, or one
    approved for this exam."""
    days = (local_day(first - timedelta(days=1)), local_day(last))
    return Membership.person_id.in_(
        select(Absence.person_id).where(
            as_known(Absence),
            Absence.cancelled.is_(False),
            or_(
                and_(
                    Absence.item_id.is_(None),
                    Absence.first_day <= days[1],
                    Absence.last_day >= days[0],
                ),
                Absence.item_id == item_id,
            ),
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
    if audience.posts:
        found.append(Membership.post.in_(sorted(audience.posts)))
    return found


def sat_in(session: Session, window_id: int) -> int:
    """How many people have an attempt in a window."""
    people = select(Attempt.person_id).where(Attempt.window_id == window_id).distinct()
    return session.scalar(select(func.count()).select_from(people.subquery())) or 0


def others_in(
    session: Session, window_id: int, members: AnySelect | None, reach: Select[int]
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
    """The people whom a window is reserved for; None where it is for everybody."""
    people = set(
        session.scalars(select(WindowPerson.person_id).where(WindowPerson.window_id == window_id))
    )
    return people or None


def units_at_start(
    session: Session, line_id: int, attempt_ids: Collection[int], reach: Select[int]
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


@dataclass(frozen=True, slots=True)
class Named:
    """What a person is called, their first login name, and what their name is sorted by."""

    name: str
    login_name: str
    sort_key: str


def names_and_logins(session: Session, people: Collection[int]) -> dict[int, Named]:
    """Per person what they are called."""
    rows = session.execute(
        select(Person.id, Person.name, first_login(), Person.sort_key).where(
            one_of(Person.id, people)
        )
    )
    return {person_id: Named(name, login or "", key) for person_id, name, login, key in rows}
