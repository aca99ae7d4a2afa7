"""Named queries of 学时: what a thing is worth, who earned it, what was recognised."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

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


def is_one_of(people: Collection[int]) -> ColumnElement[bool]:
    """The condition of a few people."""
    return Membership.person_id.in_(list(people))
