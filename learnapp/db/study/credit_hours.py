"""Named queries of 学时: what a thing is worth, who earned it, what was recognised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.exams.models import Exam
from learnapp.db.people.models import Membership, Person, Unit
from learnapp.db.study.models import (
    Completion,
    CreditHours,
    HoursRecognition,
    Item,
    Portion,
    ReadingVersion,
    Withdrawal,
)
from learnapp.db.study.session_models import StudySession
from learnapp.db.study.study_sessions import attended
from learnapp.domain.study.credit_hours import HoursKind


@dataclass(frozen=True)
class Worth:
    """The thing that has hours: a reading, an exam or a session."""

    reading_id: int | None = None
    exam_id: int | None = None
    session_id: int | None = None

    def of(self, table: type[CreditHours] | type[HoursRecognition]) -> ColumnElement[bool]:
        """The condition on a table's rows that are about it."""
        if self.session_id is not None:
            return table.session_id == self.session_id
        if self.reading_id is not None:
            return table.reading_id == self.reading_id
        return table.exam_id == self.exam_id

    @property
    def kind(self) -> HoursKind:
        """Of which kind its hours are."""
        return HoursKind.SELF_STUDY if self.session_id is None else HoursKind.TRAINING

    def items(self) -> Select[int]:
        """The items that evidence it."""
        if self.exam_id is not None:
            return select(Item.id).where(Item.exam_id == self.exam_id)
        return (
            select(Item.id)
            .join(Portion, Portion.id == Item.portion_id)
            .where(Portion.reading_id == self.reading_id)
        )


def hours_of(session: Session, worth: Worth) -> CreditHours | None:
    """What a thing is worth now; None where it never was set."""
    return session.scalar(
        select(CreditHours).where(worth.of(CreditHours)).order_by(CreditHours.id.desc()).limit(1)
    )


def set_now(session: Session) -> list[CreditHours]:
    """What is worth something now, by id."""
    later = aliased(CreditHours)
    newer = select(later.id).where(
        later.id > CreditHours.id,
        (later.reading_id == CreditHours.reading_id)
        | (later.exam_id == CreditHours.exam_id)
        | (later.session_id == CreditHours.session_id),
    )
    found = select(CreditHours).where(~newer.exists(), CreditHours.tenths > 0)
    return list(session.scalars(found.order_by(CreditHours.id)))


def title_of(session: Session, worth: Worth) -> str:
    """What the thing is called."""
    if worth.session_id is not None:
        return session.get_one(StudySession, worth.session_id).title
    if worth.exam_id is not None:
        return session.get_one(Exam, worth.exam_id).title
    return (
        session.scalar(
            select(ReadingVersion.title)
            .where(ReadingVersion.reading_id == worth.reading_id)
            .order_by(ReadingVersion.number.desc())
            .limit(1)
        )
        or ""
    )


@dataclass(frozen=True)
class Earner:
    """A person who has all the evidence, since when; what was recognised of them, if anything."""

    person_id: int
    name: str
    unit: str
    category: str
    earned_at: datetime
    recognition: HoursRecognition | None


def earners(session: Session, worth: Worth, day: date, whom: ColumnElement[bool]) -> list[Earner]:
    """The people whom `whom` holds (a condition on where they serve that day) and who completed every
    item of the thing, or were at the session, by unit and name."""
    if worth.session_id is None:
        done = _completed(worth).subquery()
    else:
        done = attended(session.get_one(StudySession, worth.session_id)).subquery()
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Unit.name,
            Membership.category,
            done.c.earned_at,
            HoursRecognition,
        )
        .join(done, done.c.person_id == Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(
            HoursRecognition,
            (HoursRecognition.person_id == Person.id) & worth.of(HoursRecognition),
        )
        .where(Membership.counts.is_(True), in_force(Membership, day), whom)
        .order_by(Unit.sort_key, Unit.id, Person.sort_key, Person.id)
    )
    return [Earner(*row) for row in rows]


def _completed(worth: Worth) -> Select[int, datetime]:
    """(person, when) of who completed every item of a thing."""
    items = worth.items()
    needed = select(func.count()).select_from(items.subquery()).scalar_subquery()
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    return (
        select(
            Completion.person_id.label("person_id"),
            func.max(Completion.occurred_at).label("earned_at"),
        )
        .where(Completion.item_id.in_(items), ~withdrawn.exists())
        .group_by(Completion.person_id)
        .having(func.count(Completion.item_id.distinct()) == needed)
    )


def serves_in(reach: Select[int]) -> ColumnElement[bool]:
    """The condition of who serves in a unit within reach."""
    return Membership.unit_id.in_(reach)


def worth_of(row: CreditHours | HoursRecognition) -> Worth:
    """The thing that a row is about."""
    return Worth(row.reading_id, row.exam_id, row.session_id)


def completed_by(
    session: Session, person_id: int, things: Collection[Worth]
) -> dict[Worth, datetime]:
    """Since when a person has completed every item of each of these readings and exams. One statement."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    own = (
        select(Completion.item_id, func.max(Completion.occurred_at).label("at"))
        .where(Completion.person_id == person_id, ~withdrawn.exists())
        .group_by(Completion.item_id)
        .subquery()
    )
    of = (Portion.reading_id, Item.exam_id)
    rows = session.execute(
        select(*of, func.max(own.c.at))
        .select_from(Item)
        .outerjoin(Portion, Portion.id == Item.portion_id)
        .outerjoin(own, own.c.item_id == Item.id)
        .where(
            one_of(Portion.reading_id, {e.reading_id for e in things if e.reading_id is not None})
            | one_of(Item.exam_id, {e.exam_id for e in things if e.exam_id is not None})
        )
        .group_by(*of)
        .having(func.count() == func.count(own.c.item_id))
    )
    return {Worth(reading_id, exam_id): at for reading_id, exam_id, at in rows}


def attended_by(
    session: Session, person_id: int, sessions: Collection[int]
) -> dict[Worth, datetime]:
    """When a person was at each of these sessions. Two statements."""
    rows = session.scalars(select(StudySession).where(one_of(StudySession.id, sessions))).all()
    parts = []
    for row in rows:
        there = attended(row).subquery()
        parts.append(
            select(literal(row.id), there.c.earned_at).where(there.c.person_id == person_id)
        )
    if not parts:
        return {}
    return {Worth(session_id=each): at for each, at in session.execute(union_all(*parts))}


def recognised_of(session: Session, person_id: int) -> dict[Worth, HoursRecognition]:
    """What is recognised of a person, by thing."""
    wanted = select(HoursRecognition).where(HoursRecognition.person_id == person_id)
    return {worth_of(each): each for each in session.scalars(wanted.order_by(HoursRecognition.id))}


def category_of(session: Session, person_id: int, day: date) -> str | None:
    """As what a person counts that day; None for who counts nowhere."""
    return session.scalar(
        select(Membership.category)
        .where(
            Membership.person_id == person_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
        )
        .order_by(Membership.id)
        .limit(1)
    )


def titles_of(session: Session, things: Collection[Worth]) -> dict[Worth, str]:
    """What things are called. Three statements."""
    newest = (
        select(func.max(ReadingVersion.id))
        .where(one_of(ReadingVersion.reading_id, {e.reading_id for e in things if e.reading_id}))
        .group_by(ReadingVersion.reading_id)
    )
    readings = select(ReadingVersion.reading_id, ReadingVersion.title).where(
        ReadingVersion.id.in_(newest)
    )
    exams = select(Exam.id, Exam.title).where(
        one_of(Exam.id, {e.exam_id for e in things if e.exam_id})
    )
    sessions = select(StudySession.id, StudySession.title).where(
        one_of(StudySession.id, {e.session_id for e in things if e.session_id})
    )
    return (
        {Worth(reading_id=each): title for each, title in session.execute(readings)}
        | {Worth(exam_id=each): title for each, title in session.execute(exams)}
        | {Worth(session_id=each): title for each, title in session.execute(sessions)}
    )
