"""Answers posted by a form without JavaScript: new ones are stored, an older page erases nothing newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_history, attempts
from learnapp.domain.exams.answers import AnswerEvent, EventState, PlainFate, Response, fate_of
from learnapp.services.exams.attempts import Received, checked_response, store_events
from question_bank.model import BadResponse

# An event as its page names it: its count, and the beginning of its id where two have one count.
Base = tuple[int, str]
ID_LENGTH = 8
NOTHING: Response = (None, False)


def base_of(event: AnswerEvent) -> Base:
    """How a form names the event that an answer on it was drawn from."""
    return (event.seq, event.event_id[:ID_LENGTH])


@dataclass(frozen=True)
class PlainAnswer:
    """What a form posts for one question, and the event it was drawn from; None: nothing was held."""

    event_id: str
    question: int
    response: dict[str, Any] | None
    flagged: bool
    base: Base | None = None


@dataclass(frozen=True)
class PlainReceived:
    """What became of a posted form."""

    received: Received
    refused: dict[int, str] = field(default_factory=dict)  # code by question
    stale: list[int] = field(default_factory=list)  # questions whose newer answer was left alone

    @property
    def saved(self) -> int:
        """How many answers were stored and count."""
        return sum(state is EventState.HELD for _, state in self.received.acknowledged)

    @property
    def late(self) -> int:
        """How many answers were stored and do not count: too late, or after the submit."""
        return len(self.received.acknowledged) - self.saved

    @property
    def whole(self) -> bool:
        """Whether all that was posted is held."""
        return not self.refused and not self.stale


def receive_plain(
    caller: Caller,
    public_id: str,
    answers: Sequence[PlainAnswer],
) -> PlainReceived:
    """Keep what a posted form says again, each answer as an event with the next sequence.

    An answer that its page did not change is left out. One that was changed on a page drawn before
    a newer answer came is left alone and named in `stale`; one that does not fit its question in
    `refused`. Raises NotFound for another person's attempt.
    """
    session = caller.session
    sitting = attempts.lock_sitting(session, public_id, caller.actor.own_id())
    held = attempts.answers_of(session, sitting.id)
    shown = _shown(session, sitting.id, held, answers)
    events, stale = [], []
    for answer in answers:
        event = _event(sitting, answer)
        fate = _fate(answer, event, shown.get(answer.question, NOTHING), held)
        if fate is PlainFate.NEW:
            events.append(event)
        elif fate is PlainFate.STALE:
            stale.append(answer.question)
    received = store_events(session, sitting, caller.now, events)
    questions = {event.event_id: event.question for event in events}
    refused = {questions[event_id]: code for event_id, code in received.refused}
    return PlainReceived(received, refused, stale)


def _event(sitting: attempts.LockedAttempt, answer: PlainAnswer) -> AnswerEvent:
    """The answer as an event; a response that does not fit stays as it came, for `keep` to refuse."""
    seq = sitting.max_seq + 1
    posted = AnswerEvent(answer.event_id, seq, answer.question, answer.response, answer.flagged)
    try:
        fitting = checked_response(sitting.places.get(posted.question), posted)
    except BadResponse:
        return posted
    return AnswerEvent(answer.event_id, seq, answer.question, fitting, answer.flagged)


def _fate(
    answer: PlainAnswer, event: AnswerEvent, shown: Response, held: dict[int, AnswerEvent]
) -> PlainFate:
    newest = held.get(answer.question)
    base = None if newest is None else base_of(newest)
    now_held = NOTHING if newest is None else _response(newest)
    return fate_of(_response(event), shown, now_held, answer.base == base)


def _response(event: AnswerEvent) -> Response:
    return (event.response, event.flagged)


def _shown(
    session: Session,
    attempt_id: int,
    held: dict[int, AnswerEvent],
    answers: Sequence[PlainAnswer],
) -> dict[int, Response]:
    """Per question what its page showed: the event it was drawn from, which mostly is still held."""
    shown = {}
    older: dict[int, Base] = {}
    for answer in answers:
        newest = held.get(answer.question)
        if newest is not None and base_of(newest) == answer.base:
            shown[answer.question] = _response(newest)
        elif answer.base is not None:
            older[answer.question] = answer.base
    if not older:
        return shown
    for event in attempt_history.events_at(session, attempt_id, {seq for seq, _ in older.values()}):
        if older.get(event.question) == base_of(event):
            shown[event.question] = _response(event)
    return shown
