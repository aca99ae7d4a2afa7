"""What a model of the answer protocol is made of: phones, messages, a server that dies, and a ledger.

The ledger is the protocol of docs/states.md once more: what the server must hold after each
message, and what it must have said.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams.plain_form import PlainAnswer

GRACE = timedelta(seconds=30)
AT_COMMIT = "at commit"
AFTER_COMMIT = "after commit"


class ServerDied(Exception):
    """The process is gone: what it had not committed never was."""


class CrashingEngine:
    """Lets the server behind an engine die before its nth statement, or at its COMMIT."""

    def __init__(self, engine: Engine) -> None:
        self._left: int | None = None
        self._at_commit = False
        event.listen(engine, "before_cursor_execute", self._count)
        event.listen(engine, "commit", self._end)

    def _count(self, *_about: Any) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            self._die()

    def _end(self, _connection: Any) -> None:
        if self._at_commit:
            self._die()

    def _die(self) -> None:
        self._left, self._at_commit = None, False
        raise ServerDied

    @contextmanager
    def dying(self, when: int | str | None) -> Iterator[None]:
        """Inside, the server dies `when`: before that statement, at its COMMIT, or never."""
        self._left = when if isinstance(when, int) else None
        self._at_commit = when == AT_COMMIT
        try:
            yield
        finally:
            self._left, self._at_commit = None, False


def as_stored(response: Any) -> Any:
    r"""A response with the one line end that the server keeps: \n."""
    if response is None or "text" not in response:
        return response
    return {"text": response["text"].replace("\r\n", "\n")}


@dataclass(frozen=True)
class Field:
    """One question of a form without JavaScript: what stands in it, and the event it showed."""

    question: int
    response: Any
    flagged: bool
    shown: AnswerEvent | None

    def posted(self, event_id: str) -> PlainAnswer:
        """As the page posts it."""
        base = None if self.shown is None else (self.shown.seq, self.shown.event_id[:8])
        return PlainAnswer(event_id, self.question, self.response, self.flagged, base)


@dataclass(frozen=True)
class Message:
    """A request on its way; `plain` is a form without JavaScript, with what it was drawn from."""

    phone: Phone | None
    submits: bool
    events: tuple[AnswerEvent, ...] = ()
    plain: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What the server said, on its way back."""

    phone: Phone
    acknowledged: tuple[str, ...]
    refused: tuple[str, ...]
    max_seq: int


@dataclass(eq=False)
class Phone:
    """An outbox: an event stays until the server says that it holds it or never will."""

    highest: int = 0
    outbox: dict[str, AnswerEvent] = field(default_factory=dict)
    latest: dict[int, AnswerEvent] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def change(self, event_id: str, question: int, response: Any, flagged: bool) -> None:
        """One tap: one more than the highest count this phone has seen."""
        self.highest += 1
        made = AnswerEvent(event_id, self.highest, question, response, flagged)
        self.outbox[event_id] = self.latest[question] = made
        self.made.add(event_id)

    def message(self, submits: bool) -> Message:
        """What waits; a submit also carries each question's latest event."""
        carried = dict(self.outbox)
        if submits:
            carried |= {each.event_id: each for each in self.latest.values()}
        return Message(self, submits, tuple(carried.values()))

    def hear(self, reply: Reply) -> None:
        """Only what was acknowledged, or refused for good, leaves the outbox."""
        for event_id in (*reply.acknowledged, *reply.refused):
            self.outbox.pop(event_id, None)
        self.refused.update(reply.refused)
        self.highest = max(self.highest, reply.max_seq)


@dataclass(frozen=True)
class Line:
    """An event as the server must hold it."""

    event: AnswerEvent
    state: str
    received_at: datetime


@dataclass
class Ledger:
    """What must be true of one attempt."""

    deadline: datetime
    lines: dict[str, Line] = field(default_factory=dict)
    state: str = "open"
    submitted_at: datetime | None = None
    submitted_by: str | None = None

    def standing(self, now: datetime) -> str:
        """What an event that arrives now is told."""
        if self.state != "open":
            return "after_submit"
        return "held" if now <= self.deadline + GRACE else "after_deadline"

    def take(self, events: list[AnswerEvent], now: datetime) -> dict[str, str]:
        """Hold what is new; what each event must be told."""
        for each in events:
            stored = replace(each, response=as_stored(each.response))
            self.lines.setdefault(each.event_id, Line(stored, self.standing(now), now))
        return {each.event_id: self.lines[each.event_id].state for each in events}

    def submit(self, now: datetime, by_clock_alone: bool = False) -> None:
        """open → submitted, once; after deadline and grace the clock is the author."""
        late = now > self.deadline + GRACE
        if self.state != "open" or (by_clock_alone and not late):
            return
        self.state = "submitted"
        self.submitted_at = self.deadline if late else now
        self.submitted_by = "clock" if late else "person"

    @property
    def max_seq(self) -> int:
        """The highest count held, whatever its state."""
        return max((line.event.seq for line in self.lines.values()), default=0)

    @property
    def answers(self) -> dict[int, AnswerEvent]:
        """Per question the highest of what is held: the answer."""
        found: dict[int, AnswerEvent] = {}
        lines = [line.event for line in self.lines.values() if line.state == "held"]
        for each in sorted(lines, key=lambda one: (one.seq, one.event_id)):
            found[each.question] = each
        return found

    def of_form(self, message: Message, ids: list[str]) -> tuple[list[AnswerEvent], list[int]]:
        """A plain form's changes as events of the server's own, and the questions it must leave
        alone: changed on a page that showed something older than what is held."""
        held, seq = self.answers, self.max_seq + 1
        news, stale = [], []
        for each, event_id in zip(message.plain, ids, strict=True):
            newest = held.get(each.question)
            now = (as_stored(each.response), each.flagged)
            if now in (_said(each.shown), _said(newest)):
                continue
            if each.shown == newest:
                news.append(AnswerEvent(event_id, seq, each.question, *now))
            else:
                stale.append(each.question)
        return news, stale


def _said(event: AnswerEvent | None) -> tuple[Any, bool]:
    return (None, False) if event is None else (event.response, event.flagged)
