"""Reminders on their way: people looked at in parts, notices written, messages tried on outer channels.

Each function does one short step; nothing here waits for a network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.notices import reminders
from learnapp.db.notices.models import OutgoingMessage, Reminder, ReminderToPerson
from learnapp.db.notices.outbox import notify
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.domain.notices.reminders import (
    DeliveryState,
    ReminderRule,
    ReminderState,
    cause_of,
    next_try,
    sending_time,
    week_key,
)
from learnapp.services.notices import reminding
from learnapp.services.notices.reminding import Whom

_MESSAGES = 20  # tried in one round


def _whom(row: Reminder) -> Whom:
    return Whom(row.stage_id, row.unit_id, ReminderRule(row.rule))


def _asked_by(session: Session, row: Reminder, now: datetime) -> Caller:
    """Who asked for a reminder, with the grants that they have now."""
    grants = grants_of(session, row.recorded_by, local_day(now))
    return Caller(session, Actor(row.recorded_by, grants), now)


def _office_days(session: Session, stage: StageInForce) -> StudyCalendar:
    """The working days of a stage's programme; one that counts every day has the public ones."""
    if stage.calendar_kind != CalendarKind.WORKING:
        return StudyCalendar()
    return figure_facts.calendar_of(session, stage)


def expand(session: Session, now: datetime) -> bool:
    """Look at the next people of the oldest reminder: who was not reminded of its cause this week is
    reminded as soon as they may be. False where nothing waits."""
    row = reminders.to_expand(session)
    if row is None:
        return False
    caller = _asked_by(session, row, now)
    try:
        stage, wanted = reminding.meant(caller, _whom(row))
    except (Forbidden, NotFound):  # the stage is over, or they lead the unit no more
        row.expanded_at = now
        session.flush()
        return True
    people = reminders.next_people(session, wanted, row.cursor, row.people)
    rosters = reminders.rosters_of(session, people, now)
    cause, calendar = cause_of(stage.identity, ReminderRule(row.rule)), _office_days(session, stage)
    values = []
    for person_id in people:
        send_at = sending_time(now, rosters.get(person_id, ()), calendar)
        values.append(
            {
                "reminder_id": row.id,
                "person_id": person_id,
                "cause": cause,
                "week": week_key(send_at or now),
                "send_at": send_at or now,
                "state": ReminderState.AWAY if send_at is None else ReminderState.WAITING,
                "ended_at": now if send_at is None else None,
            }
        )
    if values:
        session.execute(insert_if_new(session, ReminderToPerson).values(values))
    if len(people) < reminders.PART:
        row.expanded_at = now
    else:
        row.cursor = people[-1]
    session.flush()
    return True


def send_due(session: Session, now: datetime, text_of: Callable[[dict[str, Any]], str]) -> bool:
    """Send the reminders whose time has come to some people of one reminder: who has done it since is
    left in peace, who is on leave by now waits. False where nobody waits."""
    rows = reminders.to_send(session, now)
    if not rows:
        return False
    reminder = session.get_one(Reminder, rows[0].reminder_id)
    people = [each.person_id for each in rows]
    try:
        caller = _asked_by(session, reminder, now)
        stage, wanted = reminding.meant(caller, _whom(reminder))
    except (Forbidden, NotFound):
        for row in rows:
            row.state, row.ended_at = ReminderState.NEEDLESS, now
        session.flush()
        return True
    meant = reminders.still_meant(session, wanted, people)
    rosters, calendar = reminders.rosters_of(session, people, now), _office_days(session, stage)
    counts = reminding.counts_of(session, stage, caller, people)
    for row in rows:
        send_at = sending_time(now, rosters.get(row.person_id, ()), calendar)
        if send_at is None:
            row.state, row.ended_at = ReminderState.AWAY, now
        elif row.person_id not in meant or not _counts_in(session, row, week_key(send_at)):
            row.state, row.ended_at = ReminderState.NEEDLESS, now
        elif send_at > now:
            row.send_at = send_at
        else:
            row.state, row.ended_at = ReminderState.SENT, now
            params = reminding.notice_params(stage, reminder, counts[row.person_id])
            notify(session, now, row.person_id, "reminder", params)
            _queue(session, now, row, reminder, text_of(params))
    session.flush()
    return True


def _counts_in(session: Session, row: ReminderToPerson, week: date) -> bool:
    """Count a reminder in the week in which it is sent; False where another of its cause is there."""
    if week != row.week and reminders.reminded_in(session, row, week):
        return False
    row.week = week
    return True


def _queue(
    session: Session, now: datetime, row: ReminderToPerson, reminder: Reminder, text: str
) -> None:
    """A message for each outer channel that was chosen."""
    for channel in reminder.channels:
        session.add(
            OutgoingMessage(
                reminder_id=row.reminder_id,
                person_id=row.person_id,
                channel=channel,
                text=text,
                state=DeliveryState.WAITING,
                tries=0,
                next_at=now,
                error="",
            )
        )


@dataclass(frozen=True)
class Letter:
    """A message to be tried: on which channel, what an address can be made of, the text."""

    message_id: int
    channel: str
    addresses: dict[str, str]
    text: str


def letters(session: Session, now: datetime) -> list[Letter]:
    """The messages whose turn it is."""
    return [
        Letter(each.id, each.channel, reminders.addresses_of(session, each.person_id), each.text)
        for each in reminders.messages_due(session, now, _MESSAGES)
    ]


def begin(session: Session, now: datetime, message_id: int) -> bool:
    """Count a try before it is made, so that a program that dies in it does not try for ever; False
    where the message does not wait any more."""
    row = session.get_one(OutgoingMessage, message_id, with_for_update=True)
    if row.state != DeliveryState.WAITING or row.next_at > now:
        return False
    row.tries += 1
    again = next_try(now, row.tries)
    if again is None:
        row.state = DeliveryState.FAILED
    else:
        row.next_at = again
    session.flush()
    return True


def end(session: Session, message_id: int, error: str | None, no_address: bool = False) -> None:
    """Record what a try came to: sent where there is no error; a message without an address is not tried
    again."""
    row = session.get_one(OutgoingMessage, message_id, with_for_update=True)
    if error is None:
        row.state, row.error = DeliveryState.SENT, ""
    else:
        row.error = error[:200]
        if no_address:
            row.state = DeliveryState.NO_ADDRESS
    session.flush()


def anything_waits(session: Session, now: datetime) -> bool:
    """Whether a reminder is to be looked at or to be sent now."""
    return reminders.to_expand(session) is not None or bool(reminders.to_send(session, now))
