"""Named queries of reminders: whom a rule means, who waits to be reminded, what goes to outer channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import as_known
from learnapp.db.notices.models import OutgoingMessage, Reminder, ReminderToPerson
from learnapp.db.people.models import Absence, LoginName, Person
from learnapp.db.progress.models import Standing
from learnapp.db.progress.unit_figures import behind_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.notices.reminders import (
    REMINDS,
    DeliveryState,
    ReminderRule,
    ReminderState,
    RosterSpan,
    week_key,
)
from learnapp.domain.study.programme import AbsenceKind

PART = 200  # people in one transaction


def meant_by(
    rule: ReminderRule, stage_id: int, within: Select[int], now: datetime
) -> list[ColumnElement[bool]]:
    """Conditions on a standing: its person is one whom the rule means now, in one of these units."""
    wanted = [Standing.stage_id == stage_id, Standing.unit_id.in_(within)]
    if rule is ReminderRule.OVERDUE:
        return [*wanted, behind_of(now)]
    return [*wanted, 2 * Standing.done < Standing.owed]


def not_of(person_id: int) -> ColumnElement[bool]:
    """Condition on a standing: it is another person's."""
    return Standing.person_id != person_id


def among(people: Collection[int]) -> ColumnElement[bool]:
    """Condition on a standing: it is one of these people's."""
    return one_of(Standing.person_id, people)


def count_meant(session: Session, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many people that are."""
    return session.scalar(select(func.count()).select_from(Standing).where(*wanted)) or 0


def count_reminded(
    session: Session, wanted: Sequence[ColumnElement[bool]], cause: str, now: datetime
) -> int:
    """How many of them have been reminded of the cause this week, or are about to be."""
    reminded = select(ReminderToPerson.person_id).where(
        ReminderToPerson.cause == cause,
        ReminderToPerson.week >= week_key(now),
        ReminderToPerson.state.in_(REMINDS),
    )
    return count_meant(session, [*wanted, Standing.person_id.in_(reminded)])


def next_people(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    after: int,
    chosen: Collection[int] | None,
) -> list[int]:
    """The next people whom a reminder means, of those chosen by hand where some were."""
    found = select(Standing.person_id).where(*wanted, Standing.person_id > after)
    if chosen is not None:
        found = found.where(among(chosen))
    return list(session.scalars(found.order_by(Standing.person_id).limit(PART)))


def still_meant(
    session: Session, wanted: Sequence[ColumnElement[bool]], people: Collection[int]
) -> set[int]:
    """Those of these people whom the rule still means."""
    found = select(Standing.person_id).where(*wanted, one_of(Standing.person_id, people))
    return set(session.scalars(found))


def reminded_in(session: Session, row: ReminderToPerson, week: date) -> bool:
    """Whether another reminder of the same cause to the same person counts in a week."""
    other = select(ReminderToPerson.reminder_id).where(
        ReminderToPerson.person_id == row.person_id,
        ReminderToPerson.cause == row.cause,
        ReminderToPerson.week == week,
        ReminderToPerson.reminder_id != row.reminder_id,
        ReminderToPerson.state.in_(REMINDS),
    )
    return session.scalar(other.limit(1)) is not None


def rosters_of(
    session: Session, people: Collection[int], now: datetime
) -> dict[int, list[RosterSpan]]:
    """Per person the leave and duty that is not over, as known now."""
    rows = session.execute(
        select(Absence.person_id, Absence.kind, Absence.first_day, Absence.last_day).where(
            one_of(Absence.person_id, people),
            as_known(Absence),
            Absence.item_id.is_(None),  # an exam dispensed with is no absence
            Absence.cancelled.is_(False),
            Absence.last_day >= local_day(now),
        )
    )
    found: dict[int, list[RosterSpan]] = {}
    for person_id, kind, first, last in rows:
        found.setdefault(person_id, []).append(RosterSpan(AbsenceKind(kind), first, last))
    return found


def to_expand(session: Session) -> Reminder | None:
    """The oldest reminder of which not everybody has been looked at."""
    wanted = select(Reminder).where(Reminder.expanded_at.is_(None))
    return session.scalar(wanted.order_by(Reminder.id).limit(1))


def to_send(session: Session, now: datetime) -> Sequence[ReminderToPerson]:
    """Reminders to people whose time has come: of one reminder, the first of some hundred."""
    waiting = (
        ReminderToPerson.state == ReminderState.WAITING,
        ReminderToPerson.send_at <= now,
    )
    first = session.scalar(
        select(ReminderToPerson.reminder_id)
        .where(*waiting)
        .order_by(ReminderToPerson.send_at)
        .limit(1)
    )
    if first is None:
        return []
    wanted = select(ReminderToPerson).where(*waiting, ReminderToPerson.reminder_id == first)
    return session.scalars(wanted.order_by(ReminderToPerson.person_id).limit(PART)).all()


def messages_due(session: Session, now: datetime, limit: int) -> Sequence[OutgoingMessage]:
    """Messages whose turn it is on an outer channel, the oldest first."""
    return session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.state == DeliveryState.WAITING, OutgoingMessage.next_at <= now)
        .order_by(OutgoingMessage.next_at, OutgoingMessage.id)
        .limit(limit)
    ).all()


def addresses_of(session: Session, person_id: int) -> dict[str, str]:
    """The login names of a person in force by kind, with their name: what an address is made of."""
    rows = session.execute(
        select(LoginName.kind, LoginName.name)
        .where(LoginName.person_id == person_id, LoginName.valid_to.is_(None))
        .order_by(LoginName.id.desc())
    )
    return {kind: name for kind, name in rows}


def mobiles_of(session: Session, people: Collection[int]) -> dict[int, str]:
    """The mobile number of each person who signs in by one."""
    rows = session.execute(
        select(LoginName.person_id, LoginName.name)
        .where(
            one_of(LoginName.person_id, people),
            LoginName.kind == "mobile",
            LoginName.valid_to.is_(None),
        )
        .order_by(LoginName.id.desc())
    )
    return {person_id: name for person_id, name in rows}


def reminders_within(
    session: Session, reach: Select[int], limit: int, offset: int
) -> list[tuple[Reminder, str]]:
    """Reminders of units within reach with the name of who asked for them, the newest first."""
    rows = session.execute(
        select(Reminder, Person.name)
        .join(Person, Person.id == Reminder.recorded_by)
        .where(Reminder.unit_id.in_(reach))
        .order_by(Reminder.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(reminder, name) for reminder, name in rows]


def count_within(session: Session, reach: Select[int]) -> int:
    """How many reminders of units within reach there are."""
    wanted = select(func.count()).select_from(Reminder).where(Reminder.unit_id.in_(reach))
    return session.scalar(wanted) or 0


def states_of(session: Session, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Per reminder how many people are in each state."""
    rows = session.execute(
        select(ReminderToPerson.reminder_id, ReminderToPerson.state, func.count())
        .where(one_of(ReminderToPerson.reminder_id, ids))
        .group_by(ReminderToPerson.reminder_id, ReminderToPerson.state)
    )
    found: dict[int, dict[str, int]] = {}
    for reminder_id, state, count in rows:
        found.setdefault(reminder_id, {})[state] = count
    return found


def deliveries_of(session: Session, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Per reminder how many of its messages on outer channels are in each state."""
    rows = session.execute(
        select(OutgoingMessage.reminder_id, OutgoingMessage.state, func.count())
        .where(one_of(OutgoingMessage.reminder_id, ids))
        .group_by(OutgoingMessage.reminder_id, OutgoingMessage.state)
    )
    found: dict[int, dict[str, int]] = {}
    for reminder_id, state, count in rows:
        found.setdefault(reminder_id, {})[state] = count
    return found
