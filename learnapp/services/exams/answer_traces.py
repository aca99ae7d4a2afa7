"""Retention of exams: of settled windows the replaced answers and the pages' facts go, attempt by attempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.exams import answer_traces
from learnapp.db.exams.answer_traces import EventKey, FactKey
from learnapp.db.exams.attempt_models import AnswerEventRow, PageFact
from learnapp.db.operations import retention

_ATTEMPTS = 50


@dataclass(frozen=True)
class Place:
    """How far a sweep has come: a window, where it stands among the windows, the last attempt looked
    at, and whether one before it has to stay as it is."""

    window_id: int
    window: tuple[datetime, int]
    attempt: tuple[int, int] | None = None
    left: bool = False


@dataclass(frozen=True)
class TracePart:
    """What is due of some attempts of a window; `ends_window` when they are its last."""

    place: Place
    events: list[EventKey]
    facts: list[FactKey]
    ends_window: bool

    def __len__(self) -> int:
        return len(self.events) + len(self.facts)

    def cut(self, most: int) -> Iterator[TracePart]:
        """The same in parts of at most so many rows; at least one part."""
        last = replace(self, events=self.events[-most:], facts=[])
        for start in range(0, len(self.facts), most):
            yield replace(
                self, events=[], facts=self.facts[start : start + most], ends_window=False
            )
        for start in range(0, max(0, len(self.events) - most), most):
            end = min(start + most, len(self.events) - most)
            yield replace(self, events=self.events[start:end], facts=[], ends_window=False)
        yield last


def next_part(session: Session, before: datetime, place: Place | None) -> TracePart | None:
    """What is due of the next attempts, in the order of windows; None when no window is left.

    `before`: the keys of the window were shown before it, and the events came before it.
    """
    if place is None or place.attempt is None:
        found = answer_traces.settled(session, before, place.window if place else None)
        if found is None:
            return None
        place = Place(*found)
    attempts = answer_traces.attempts_in(session, place.window_id, place.attempt, _ATTEMPTS)
    ids = [each.id for each in attempts if each.traces.may_go]
    left = place.left or len(ids) < len(attempts)
    ends = len(attempts) < _ATTEMPTS
    here = replace(place, attempt=None if ends else attempts[-1].place, left=left)
    events = answer_traces.replaced_events(session, ids, before)
    return TracePart(here, events, answer_traces.page_facts(session, ids, before), ends)


def remove(session: Session, now: datetime, before: datetime, part: TracePart) -> int:
    """Remove what is still due of a part; how many rows. The window is marked once it is done and
    nothing of it had to stay."""
    ids = sorted({key[0] for key in part.events} | {key[0] for key in part.facts})
    free = {each.id for each in answer_traces.lock(session, ids) if each.traces.may_go}
    events = [key for key in part.events if key[0] in free]
    facts = [key for key in part.facts if key[0] in free]
    removed = 0
    if events:
        with retention.allowed(session, AnswerEventRow, before):
            removed += answer_traces.remove_events(session, events)
    if facts:
        with retention.allowed(session, PageFact, before):
            removed += answer_traces.remove_facts(session, facts)
    if part.ends_window and not part.place.left and len(free) == len(ids):
        answer_traces.set_condensed(session, part.place.window_id, now)
    return removed
