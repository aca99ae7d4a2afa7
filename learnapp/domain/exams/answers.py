"""The way of an answer: which event is the answer, and which events count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from learnapp.domain.core.errors import RuleBroken

GRACE = timedelta(seconds=30)  # for transport: what left the phone in time may arrive this late
MOST_EVENTS = 500  # in one message
MOST_EVENTS_OF_ATTEMPT = 10_000  # one a second for almost three hours
MAX_SEQ = 2**53 - 1  # what a browser can count exactly
_EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class EventState(StrEnum):
    """The state acknowledged for an event; only a held one counts."""

    HELD = "held"
    AFTER_SUBMIT = "after_submit"
    AFTER_DEADLINE = "after_deadline"


@dataclass(frozen=True)
class AnswerEvent:
    """One change of one answer: the question's place in the paper, the response, the flag."""

    event_id: str
    seq: int
    question: int
    response: dict[str, Any] | None
    flagged: bool = False

    @property
    def order(self) -> tuple[int, str]:
        """Lamport count, ties by event id: the same winner on every device."""
        return (self.seq, self.event_id)


def latest(events: Iterable[AnswerEvent]) -> dict[int, AnswerEvent]:
    """Per question the event that is the answer: the highest, in any order of arrival."""
    best: dict[int, AnswerEvent] = {}
    for event in events:
        held = best.get(event.question)
        if held is None or event.order > held.order:
            best[event.question] = event
    return best


def replaced(events: Iterable[AnswerEvent]) -> list[AnswerEvent]:
    """Of events that count, those that a later one to the same question replaced: without them the
    answers are the same, whatever else comes to count."""
    known = list(events)
    answers = latest(known)
    return [event for event in known if event.order < answers[event.question].order]


def state_of(
    received_at: datetime, deadline: datetime, submitted_at: datetime | None
) -> EventState:
    """Whether an event that arrived now counts: before submit, and before deadline plus grace."""
    if submitted_at is not None:
        return EventState.AFTER_SUBMIT
    if received_at > deadline + GRACE:
        return EventState.AFTER_DEADLINE
    return EventState.HELD


def event_from_json(raw: Any) -> AnswerEvent:
    """An event's envelope as a phone sends it; the response is checked against its question later.

    Raises RuleBroken("events", "bad_event") on anything else.
    """
    if not isinstance(raw, dict):
        raise RuleBroken("events", "bad_event")
    event_id, seq, question = raw.get("event_id"), raw.get("seq"), raw.get("question")
    response = raw.get("response")
    if not isinstance(event_id, str) or not isinstance(seq, int) or not isinstance(question, int):
        raise RuleBroken("events", "bad_event")
    fits = (
        _EVENT_ID.fullmatch(event_id) is not None
        and not isinstance(seq, bool)
        and 1 <= seq <= MAX_SEQ
        and not isinstance(question, bool)
        and (response is None or isinstance(response, dict))
    )
    if not fits:
        raise RuleBroken("events", "bad_event")
    return AnswerEvent(event_id, seq, question, response, bool(raw.get("flagged", False)))


class PlainFate(StrEnum):
    """What becomes of an answer that a form without JavaScript posts."""

    NOTHING = "nothing"  # it says what it showed, or what is held
    NEW = "new"
    STALE = "stale"  # it was changed, but a newer answer came since the page was drawn


Response = tuple[dict[str, Any] | None, bool]  # a response and its flag


def fate_of(posted: Response, shown: Response, held: Response, base_is_newest: bool) -> PlainFate:
    """What a posted answer is, by what its page showed and what is held now.

    `base_is_newest`: the answer that the page was drawn from is still the one held. A form posts
    every question, so that what was not changed must never be taken for an answer of its own.
    """
    if posted in (shown, held):
        return PlainFate.NOTHING
    return PlainFate.NEW if base_is_newest else PlainFate.STALE
