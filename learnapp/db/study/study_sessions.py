"""Named queries of collective study: sessions within reach, who is expected, ticks, credit to give."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import as_known
from learnapp.db.people import unit_trees
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.models import Absence, Membership, Person, Unit
from learnapp.db.study.models import Completion, Item, Withdrawal
from learnapp.db.study.session_models import RollTick, SessionItem, StudySession
from learnapp.domain.core.calendar import local_day
from learnapp.domain.study.programme import AbsenceKind, ItemKind
from learnapp.domain.study.study_sessions import RollMark, Tick

_AWAY = (AbsenceKind.LEAVE, AbsenceKind.LONG_LEAVE, AbsenceKind.TRAINING, AbsenceKind.DUTY)


@dataclass(frozen=True)
class SessionReach:
    """The units within an actor's reach on a day: a session is of a unit with all below it, and within
    reach where all of these are."""

    units: Select[int]
    day: date

    def holds(self) -> ColumnElement[bool]:
        """The condition on a session."""
        partly = unit_trees.partly_within(self.units, self.day)
        left_out = select(partly.c.unit_id).where(
            partly.c.line_id == StudySession.line_id, partly.c.unit_id == StudySession.unit_id
        )
        return StudySession.unit_id.in_(self.units) & ~left_out.exists()


def within(
    session: Session, reach: SessionReach, limit: int, offset: int
) -> list[tuple[StudySession, str]]:
    """A page of the sessions within reach with the unit's name, the newest first."""
    rows = session.execute(
        select(StudySession, Unit.name)
        .join(Unit, Unit.id == StudySession.unit_id)
        .where(reach.holds())
        .order_by(StudySession.starts_at.desc(), StudySession.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row, name) for row, name in rows]


def count_within(session: Session, reach: SessionReach) -> int:
    """How many there are."""
    wanted = select(func.count()).select_from(StudySession).where(reach.holds())
    return session.scalar(wanted) or 0


def held_between(
    session: Session, reach: SessionReach, unit_id: int, first: datetime, last: datetime
) -> list[StudySession]:
    """The sessions of a unit, as far as they are within reach, that begin between two instants, in
    order."""
    return list(
        session.scalars(
            select(StudySession)
            .where(
                StudySession.unit_id == unit_id,
                reach.holds(),
                StudySession.starts_at >= first,
                StudySession.starts_at < last,
            )
            .order_by(StudySession.starts_at, StudySession.id)
        )
    )


def one_within(session: Session, reach: Select[int], session_id: int) -> StudySession | None:
    """One of them."""
    return session.scalar(
        select(StudySession).where(StudySession.id == session_id, StudySession.unit_id.in_(reach))
    )


def expected(session: Session, row: StudySession) -> list[tuple[int, str, str]]:
    """(person, name, unit) of the members of the session's unit and all below it that day, by pinyin."""
    who = _members(row).with_only_columns(Membership.person_id, Membership.unit_id).subquery()
    rows = session.execute(
        select(Person.id, Person.name, Unit.name)
        .join(who, who.c.person_id == Person.id)
        .join(Unit, Unit.id == who.c.unit_id)
        .order_by(Person.sort_key, Person.id)
    )
    return [(row_[0], row_[1], row_[2]) for row_ in rows]


def _members(row: StudySession) -> AnySelect:
    """The members of the session's unit and all below it that day."""
    units = unit_trees.subtree(row.unit_id, row.line_id, local_day(row.starts_at))
    return counting_members(row.line_id, row.starts_at).where(Membership.unit_id.in_(units))


def expects(session: Session, row: StudySession, person_id: int) -> bool:
    """Whether a person is expected."""
    wanted = _members(row).with_only_columns(Membership.id)
    found = session.scalar(wanted.where(Membership.person_id == person_id).limit(1))
    return found is not None


def open_between(session: Session, since: datetime, until: datetime) -> Sequence[StudySession]:
    """The sessions that begin in this span and whose roll call is not over."""
    return session.scalars(
        select(StudySession)
        .where(
            StudySession.starts_at >= since,
            StudySession.starts_at <= until,
            StudySession.closed_at.is_(None),
        )
        .order_by(StudySession.id)
    ).all()


def attended(row: StudySession) -> Select[int, datetime]:
    """(person, when) of who was there by the roll, as `merged` and `roll_of` say it: expected, and
    present by the tick with the highest count, ties by id; nobody before the roll call is over."""
    newest = func.row_number().over(
        partition_by=RollTick.person_id,
        order_by=(RollTick.seq.desc(), RollTick.event_id.desc()),
    )
    ticks = (
        select(RollTick.person_id, RollTick.mark, newest.label("place"))
        .where(RollTick.session_id == row.id)
        .subquery()
    )
    expected_then = _members(row).with_only_columns(Membership.person_id)
    return (
        select(ticks.c.person_id.label("person_id"), StudySession.starts_at.label("earned_at"))
        .join(StudySession, StudySession.id == row.id)
        .where(
            StudySession.closed_at.is_not(None),
            ticks.c.place == 1,
            ticks.c.mark == RollMark.PRESENT,
            ticks.c.person_id.in_(expected_then),
        )
    )


def sessions_ticked(session: Session, person_id: int) -> set[int]:
    """The sessions in which a person was ever ticked, however."""
    found = select(RollTick.session_id).where(RollTick.person_id == person_id)
    return set(session.scalars(found.distinct()))


def away_on(session: Session, people: Collection[int], day: date) -> set[int]:
    """Those of these people who were on leave, in training or on duty that day."""
    return set(
        session.scalars(
            select(Absence.person_id).where(
                one_of(Absence.person_id, people),
                as_known(Absence),
                Absence.cancelled.is_(False),
                Absence.kind.in_(_AWAY),
                Absence.first_day <= day,
                Absence.last_day >= day,
            )
        )
    )


def ticks_of(session: Session, session_id: int) -> list[Tick]:
    """The ticks of a session."""
    rows = session.execute(
        select(RollTick.event_id, RollTick.seq, RollTick.person_id, RollTick.mark).where(
            RollTick.session_id == session_id
        )
    )
    return [Tick(row[0], row[1], row[2], RollMark(row[3])) for row in rows]


def items_of(session: Session, session_id: int) -> Sequence[Item]:
    """What a session covers."""
    return session.scalars(
        select(Item)
        .join(SessionItem, SessionItem.item_id == Item.id)
        .where(SessionItem.session_id == session_id)
        .order_by(Item.id)
    ).all()


def portions_among(session: Session, items: Collection[int]) -> list[tuple[int, str]]:
    """(id, title) of the readings' portions among these items."""
    rows = session.execute(
        select(Item.id, Item.title)
        .where(one_of(Item.id, items), Item.kind == ItemKind.PORTION)
        .order_by(Item.id)
    )
    return [(row[0], row[1]) for row in rows]


def done_of(
    session: Session, people: Collection[int], items: Collection[int]
) -> set[tuple[int, int]]:
    """(person, item) of what these people have completed of these items, and nobody withdrew."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    rows = session.execute(
        select(Completion.person_id, Completion.item_id).where(
            one_of(Completion.person_id, people),
            one_of(Completion.item_id, items),
            ~withdrawn.exists(),
        )
    )
    return {(person_id, item_id) for person_id, item_id in rows}


def credits_from(session: Session, person_id: int, source: str) -> list[int]:
    """The completions of a person that a session gave and nobody withdrew."""
    withdrawn = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    return list(
        session.scalars(
            select(Completion.id).where(
                Completion.person_id == person_id,
                (Completion.source == source) | Completion.source.startswith(f"{source}:"),
                ~withdrawn.exists(),
            )
        )
    )


def items_settled(session: Session, person_id: int, source: str) -> set[int]:
    """The items that a session has nothing to credit a person for: its credit stands, or somebody
    withdrew it by decision."""
    by_rule = select(Withdrawal.id).where(
        Withdrawal.completion_id == Completion.id, Withdrawal.recorded_by.is_(None)
    )
    return set(
        session.scalars(
            select(Completion.item_id).where(
                Completion.person_id == person_id,
                (Completion.source == source) | Completion.source.startswith(f"{source}:"),
                ~by_rule.exists(),
            )
        )
    )


def to_credit(session: Session) -> StudySession | None:
    """The first closed session whose credit does not agree with its roll yet."""
    return session.scalar(
        select(StudySession)
        .where(StudySession.credited_through.is_not(None))
        .order_by(StudySession.id)
        .limit(1)
    )


def count_credits(session: Session, person_id: int, source: str) -> int:
    """How often a session has credited a person, withdrawn ones too: a further one has a source of its
    own."""
    wanted = select(func.count(Completion.source.distinct())).where(
        Completion.person_id == person_id,
        (Completion.source == source) | Completion.source.startswith(f"{source}:"),
    )
    return session.scalar(wanted) or 0
