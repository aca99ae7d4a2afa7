"""考务: an exam's windows as owner and proctors see them: who sat, who has not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from learnapp.db import progress as queries
from learnapp.db.exams import Attempt, Exam, ExamWindow, MarksRelease
from learnapp.db.people import Credential, Person, Unit
from learnapp.db.progress import Moment
from learnapp.db.scope import units_in_scope
from learnapp.db.study import Item
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound
from learnapp.domain.exams import AttemptState, Channel, WindowKind
from learnapp.domain.permissions import Actor, Permission
from learnapp.domain.programme import AbsenceEffect
from learnapp.domain.progress import PersonFacts

_BATCH = 500


class Standing(StrEnum):
    """What became of one expected person in an exam. The reason of a leave is not told."""

    SAT = "sat"
    ANSWERING = "answering"
    EXCUSED = "excused"
    AWAY = "away"
    NO_ACCOUNT = "no_account"
    ABSENT = "absent"


@dataclass(frozen=True)
class Expected:
    """A person whom the exam expects today."""

    person_id: int
    name: str
    sort_key: str
    unit: str
    unit_id: int
    standing: Standing
    attempt: str | None  # the public id, while it is open or was handed in
    on_paper: bool


@dataclass(frozen=True)
class Room:
    """One window of an exam with everybody it expects."""

    exam: Exam
    window: ExamWindow
    windows: list[ExamWindow]
    people: list[Expected]
    released: bool

    @property
    def counts(self) -> Counter[Standing]:
        """How many stand how."""
        return Counter(each.standing for each in self.people)


def rooms(session: Session, actor: Actor, now: datetime) -> list[tuple[Exam, ExamWindow, int]]:
    """The windows within reach, the newest first, with how many attempts each has."""
    actor.must(Permission.ATTEMPT_WATCH)
    reach = units_in_scope(actor, Permission.ATTEMPT_WATCH, local_day(now))
    count = (
        select(func.count())
        .where(Attempt.window_id == ExamWindow.id)
        .correlate(ExamWindow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Exam, ExamWindow, count)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.owner_unit_id.in_(reach),
            Exam.retired_at.is_(None),
            ExamWindow.kind != WindowKind.REMEDIAL,  # nobody holds it; it is among the exam's windows
        )
        .order_by(ExamWindow.opens_at.desc(), ExamWindow.id.desc())
        .limit(200)
    )
    return [(exam, window, number) for exam, window, number in rows]


def window_in_reach(
    session: Session, actor: Actor, now: datetime, window_id: int, permission: Permission
) -> tuple[Exam, ExamWindow]:
    """A window with its exam, if its owner is within the actor's grants. Raises NotFound."""
    actor.must(permission)
    reach = units_in_scope(actor, permission, local_day(now))
    found = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(ExamWindow.id == window_id, Exam.owner_unit_id.in_(reach))
    ).one_or_none()
    if found is None:
        raise NotFound("window_unknown")
    exam, window = found
    return exam, window


def room(session: Session, actor: Actor, now: datetime, window_id: int) -> Room:
    """A window within reach. Raises NotFound."""
    exam, window = window_in_reach(session, actor, now, window_id, Permission.ATTEMPT_WATCH)
    reach = units_in_scope(actor, Permission.ATTEMPT_WATCH, local_day(now))
    windows = session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == exam.id).order_by(ExamWindow.opens_at)
    ).all()
    released = session.scalar(select(MarksRelease.id).where(MarksRelease.exam_id == exam.id))
    people = _expected(session, exam, window, now, reach)
    return Room(exam, window, list(windows), people, released is not None)


def _expected(
    session: Session, exam: Exam, window: ExamWindow, now: datetime, reach: Select[tuple[int]]
) -> list[Expected]:
    """Everybody within reach whom a requirement in force asks to sit it, as they stand."""
    facts = _asked(session, exam.id, min(now, window.closes_at), reach)
    attempts = _attempts(session, exam.id)
    wanted = sorted({each.unit_id for each in facts.values()})
    units = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(wanted))).all())
    day = local_day(window.closes_at)
    found = []
    for person_id, name, key, account in _named(session, sorted(facts)):
        fact, attempt = facts[person_id], attempts.get(person_id)
        standing = _standing(fact, attempt, account is not None, day)
        public_id = None if attempt is None else attempt.public_id
        on_paper = attempt is not None and attempt.channel == Channel.PAPER
        unit = units[fact.unit_id]
        found.append(
            Expected(person_id, name, key, unit, fact.unit_id, standing, public_id, on_paper)
        )
    return sorted(found, key=lambda each: (each.unit_id, each.sort_key, each.person_id))


def _named(session: Session, people: list[int]) -> Iterator[Row[Any]]:
    """(id, name, sort key, whether there is an account) of these people."""
    for start in range(0, len(people), _BATCH):
        yield from session.execute(
            select(Person.id, Person.name, Person.sort_key, Credential.person_id)
            .outerjoin(Credential, Credential.person_id == Person.id)
            .where(Person.id.in_(people[start : start + _BATCH]), Person.retired_at.is_(None))
        )


def _asked(
    session: Session, exam_id: int, as_of: datetime, reach: Select[tuple[int]]
) -> dict[int, PersonFacts]:
    """The facts of everybody within reach who is in an audience of the exam."""
    item_id = session.scalar(select(Item.id).where(Item.exam_id == exam_id))
    stages = queries.stages_in_force(session)
    duties = queries.duties_in_force(session, stages)
    found: dict[int, PersonFacts] = {}
    for stage in stages:
        audiences = [duty.audience for duty in duties[stage.id] if duty.item_id == item_id]
        if not audiences:
            continue
        for fact in queries.facts_of(session, stage.line_id, Moment(as_of), (), within=reach):
            if any(a.holds(fact.units_above, fact.category, fact.basis) for a in audiences):
                found[fact.person_id] = fact
    return found


def _attempts(session: Session, exam_id: int) -> dict[int, Row[Any]]:
    """Per person state, public id, channel: the one handed in if there is any, else the open one."""
    rows = session.execute(
        select(Attempt.person_id, Attempt.state, Attempt.public_id, Attempt.channel)
        .where(Attempt.exam_id == exam_id, Attempt.state != AttemptState.VOIDED)
        .order_by(Attempt.state == AttemptState.SUBMITTED, Attempt.id)
    )
    return {row.person_id: row for row in rows}


def _standing(
    fact: PersonFacts, attempt: Row[Any] | None, has_account: bool, day: date
) -> Standing:
    if attempt is not None:
        return Standing.SAT if attempt.state == AttemptState.SUBMITTED else Standing.ANSWERING
    for away in fact.absences:
        if away.first_day <= day <= away.last_day and away.effect is not AbsenceEffect.NONE:
            return Standing.EXCUSED if away.effect is AbsenceEffect.EXCUSES else Standing.AWAY
    return Standing.ABSENT if has_account else Standing.NO_ACCOUNT
