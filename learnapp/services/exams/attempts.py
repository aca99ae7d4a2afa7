"""The way of an answer: start, receive, submit; each write may come twice, late, or out of order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import RawCursor
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import attempts
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt
from learnapp.db.operations import audit_log, daily_limits
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.exams.answers import (
    MOST_EVENTS,
    MOST_EVENTS_OF_ATTEMPT,
    AnswerEvent,
    EventState,
    state_of,
)
from learnapp.domain.exams.deadline import deadline, ran_out
from learnapp.domain.exams.exams import AttemptState, Channel, SubmittedBy
from learnapp.domain.operations.bounds import SMALL, Use
from learnapp.services.accounts.sign_in import digest
from learnapp.services.exams import auto_marking
from question_bank.model import BadResponse, QuestionType, parse_response, response_to_json


@dataclass(frozen=True)
class Received:
    """The reply to a phone: the events that are stored with their states, and the time left."""

    acknowledged: list[tuple[str, EventState]]
    refused: list[tuple[str, str]]  # (event id, code): malformed, will never be held
    max_seq: int
    state: AttemptState
    deadline: datetime


def receive(caller: Caller, public_id: str, events: Sequence[AnswerEvent]) -> Received:
    """Store every event and return the state of each; a repeat gets the state that it has.

    An event whose response does not fit its question is refused by itself and does not block the
    others. Raises NotFound for another person's attempt, RuleBroken("events", "too_many_events").
    """
    if len(events) > MOST_EVENTS:
        raise RuleBroken("events", "too_many_events", most=MOST_EVENTS)
    person_id = caller.actor.own_id()
    sitting = attempts.lock_sitting(caller.session, public_id, person_id)
    return store_events(caller.session, sitting, caller.now, events)


def receive_one(
    direct: RawCursor, token: str, now: datetime, public_id: str, event: AnswerEvent
) -> Received | None:
    """One new event of anyone who has the session's token, in two statements.

    None where it is not that plain (no such attempt of theirs, signed out, an event that came
    twice): then nothing was written and `receive` knows what to say.
    """
    sitting = attempts.lock_signed_in(direct, public_id, digest(token), now, event.question)
    if sitting is None:
        return None
    standing = _standing(sitting, now)
    try:
        row = _row(sitting, now, event, standing)
    except BadResponse:
        return None
    if sitting.events >= MOST_EVENTS_OF_ATTEMPT or _is_big(row):
        return None
    if not attempts.keep_event(direct, row):
        return None
    return _received(sitting, [(event.event_id, standing)], [], [row])


def receive_at_once(
    direct: RawCursor, token: str, now: datetime, public_id: str, event: AnswerEvent
) -> Received | None:
    """The same in one statement of PostgreSQL, for an attempt that is open and within its own time.

    None where it is not that plain: then nothing was written and `receive_one` is asked.
    """
    place = attempts.place_of(direct, public_id, event.question)
    if place is None:
        return None
    try:
        row = _event_row(place, now, event, EventState.HELD)
    except BadResponse:
        return None
    if _is_big(row):
        return None
    bound = {"most_events": MOST_EVENTS_OF_ATTEMPT}
    saved = attempts.save_at_once(direct, public_id, digest(token), now, row | bound)
    if saved is None:
        return None
    highest = max(saved.max_seq, event.seq)
    until = deadline(saved.base_deadline, saved.extra)
    held = [(event.event_id, EventState.HELD)]
    return Received(held, [], highest, AttemptState.OPEN, until)


def store_events(
    session: Session, sitting: attempts.LockedAttempt, now: datetime, events: Sequence[AnswerEvent]
) -> Received:
    """Insert what is new of `events` and gather the acknowledgement; the attempt is locked."""
    standing = _standing(sitting, now)
    rows, refused = [], []
    for event in events:
        try:
            rows.append(_row(sitting, now, event, standing))
        except BadResponse as bad:
            refused.append((event.event_id, bad.code))
    rows, beyond = _within_bounds(session, sitting, now, rows)
    refused += beyond
    acknowledged = _insert(session, sitting.id, rows, standing)
    return _received(sitting, acknowledged, refused, rows)


def _is_big(row: dict[str, Any]) -> bool:
    return row["response"] is not None and daily_limits.size_of(row["response"]) > SMALL


def _within_bounds(
    session: Session, sitting: attempts.LockedAttempt, now: datetime, rows: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """The rows that the attempt and the day have room for, and what is refused with which code.

    What is held already is among the rows: it is acknowledged however full the attempt is.
    """
    room = MOST_EVENTS_OF_ATTEMPT - sitting.events
    if len(rows) <= room and not any(map(_is_big, rows)):
        return rows, []
    held = attempts.event_states(session, sitting.id, [row["event_id"] for row in rows])
    accepted, refused = [], []
    for row in rows:
        is_new = row["event_id"] not in held
        size = daily_limits.size_of(row["response"])
        if is_new and room <= 0:
            refused.append((row["event_id"], "attempt_full"))
        elif (
            is_new
            and size > SMALL
            and not daily_limits.spend(session, sitting.person_id, now, Use.ANSWERS, size)
        ):
            refused.append((row["event_id"], "too_much_today"))
        else:
            accepted.append(row)
            room -= is_new
    return accepted, refused


def _standing(sitting: attempts.LockedAttempt, now: datetime) -> EventState:
    if sitting.state == AttemptState.VOIDED or sitting.channel == Channel.PAPER:
        return EventState.AFTER_SUBMIT
    return state_of(now, sitting.deadline, sitting.submitted_at)


def _row(
    sitting: attempts.LockedAttempt, now: datetime, event: AnswerEvent, standing: EventState
) -> dict[str, Any]:
    """An event as it is stored. Raises BadResponse when it does not fit its question."""
    place = sitting.places.get(event.question)
    return {"attempt_id": sitting.id} | _event_row(place, now, event, standing)


def _event_row(
    place: attempts.PaperPlace | None, now: datetime, event: AnswerEvent, standing: EventState
) -> dict[str, Any]:
    return {
        "event_id": event.event_id,
        "seq": event.seq,
        "question": event.question,
        "response": checked_response(place, event),
        "flagged": event.flagged,
        "state": standing,
        "received_at": now,
    }


def _received(
    sitting: attempts.LockedAttempt,
    acknowledged: list[tuple[str, EventState]],
    refused: list[tuple[str, str]],
    rows: list[dict[str, Any]],
) -> Received:
    highest = max([sitting.max_seq, *(row["seq"] for row in rows)])
    state = AttemptState(sitting.state)
    return Received(acknowledged, refused, highest, state, sitting.deadline)


def checked_response(
    place: attempts.PaperPlace | None, event: AnswerEvent
) -> dict[str, Any] | None:
    """The response to a place in its stored form; None for an emptied answer."""
    if place is None:
        raise BadResponse("unknown_question")
    if event.response is None:
        return None
    response = parse_response(
        QuestionType(place.type), place.option_ids, place.blanks, event.response
    )
    return None if response is None else response_to_json(response)


def _insert(
    session: Session, attempt_id: int, rows: list[dict[str, Any]], standing: EventState
) -> list[tuple[str, EventState]]:
    """Insert the rows that are new; what was there before gets its own state."""
    if not rows:
        return []
    unique = list({row["event_id"]: row for row in rows}.values())
    statement = insert_if_new(session, AnswerEventRow).returning(AnswerEventRow.event_id)
    inserted = set(session.scalars(statement.values(unique)))
    states = {event_id: standing for event_id in inserted}
    repeated = [row["event_id"] for row in unique if row["event_id"] not in inserted]
    if repeated:
        states |= attempts.event_states(session, attempt_id, repeated)
    return [(row["event_id"], states[row["event_id"]]) for row in unique]


@dataclass(frozen=True)
class SubmitReceipt:
    """The reply to a submit, the first time and every time after."""

    received: Received
    submitted_at: datetime
    first: bool


def submit(
    caller: Caller,
    public_id: str,
    events: Sequence[AnswerEvent] = (),
) -> SubmitReceipt:
    """Hand the attempt in, with the latest events the phone still held; marks what can be marked.

    Once: a repeat stores its events as after_submit and gets the same reply. After deadline
    plus grace the clock has handed it in, anyone who asks.
    """
    session, now = caller.session, caller.now
    person_id = caller.actor.own_id()
    if len(events) > MOST_EVENTS:
        raise RuleBroken("events", "too_many_events", most=MOST_EVENTS)
    sitting = attempts.lock_sitting(session, public_id, person_id)
    if sitting.channel == Channel.PAPER:
        raise Conflict("on_paper")
    received = store_events(session, sitting, now, events)
    if sitting.state != AttemptState.OPEN:
        return SubmitReceipt(received, sitting.submitted_at or now, first=False)
    late = ran_out(sitting.deadline, now)
    _close(session, sitting, now, SubmittedBy.CLOCK if late else SubmittedBy.PERSON)
    received = Received(
        received.acknowledged,
        received.refused,
        received.max_seq,
        AttemptState.SUBMITTED,
        received.deadline,
    )
    return SubmitReceipt(received, sitting.deadline if late else now, first=True)


def submit_if_ran_out(session: Session, now: datetime, public_id: str, person_id: int) -> bool:
    """Hand in what the clock ended; False when there is nothing to do. Safe to run twice."""
    sitting = attempts.lock_sitting(session, public_id, person_id)
    still_open = sitting.state == AttemptState.OPEN and sitting.channel == Channel.ONLINE
    if not still_open or not ran_out(sitting.deadline, now):
        return False
    _close(session, sitting, now, SubmittedBy.CLOCK)
    return True


def _close(
    session: Session, sitting: attempts.LockedAttempt, now: datetime, by: SubmittedBy
) -> None:
    """open → submitted, and marking at once; the row is locked by the caller."""
    at = sitting.deadline if by is SubmittedBy.CLOCK else now
    session.execute(
        update(Attempt)
        .where(Attempt.id == sitting.id)
        .values(state=AttemptState.SUBMITTED, submitted_at=at, submitted_by=by)
    )
    actor = SYSTEM if by is SubmittedBy.CLOCK else Actor(sitting.person_id)
    audit_log.record(
        Caller(session, actor, now), "attempt.submitted", ("attempt", sitting.id), by=by
    )
    auto_marking.mark_closed_types(session, now, sitting.id)


def remaining_seconds(deadline: datetime, now: datetime) -> int:
    """Whole seconds left, never below 0: what a page may count down from."""
    return max(0, int((deadline - now) / timedelta(seconds=1)))
