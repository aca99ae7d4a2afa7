"""People who answer at the pace of people, with the page's own patience and backoff, and what it cost them."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.guard import PATIENCE_S, holds_within
from tests.reliability.crew import Crew
from tests.reliability.phones import NoAnswer, Phone, Way

# Of static/js/sync.js: how long a request may take, and how long a phone waits after its nth failure.
PAGE_PATIENCE_S = 20
MOST_BACKOFF_S = 30
PACE_S = float(
    os.environ.get("LEARNAPP_DRILL_PACE", "3")
)  # from one answer of a person to the next


@dataclass
class Candidate(Phone):
    """A phone that knows two balancers, as a name or a moving address would lead it to the other."""

    others: tuple[Way, ...] = ()
    failures: int = 0
    tapped: dict[str, float] = field(default_factory=dict)  # event id -> when it was made
    saved: list[tuple[float, float]] = field(default_factory=list)  # (when saved, seconds it took)

    def tap(self, late: bool = False) -> None:
        """Answer some question; when is noted."""
        before = len(self.outbox)
        super().tap(late)
        self.tapped.update({each["event_id"]: time.monotonic() for each in self.outbox[before:]})

    def _post(self, path: str, events: Sequence[dict[str, Any]]) -> None:
        waiting = {each["event_id"] for each in self.outbox}
        try:
            super()._post(path, events)
        except NoAnswer:
            self.failures += 1
            if self.others:
                self.way, self.others = self.others[0], (*self.others[1:], self.way)
            raise
        self.failures = 0
        now = time.monotonic()
        gone = waiting - {each["event_id"] for each in self.outbox}
        self.saved += [(now, now - self.tapped[each]) for each in gone]

    def backoff(self) -> float:
        """Seconds until the page tries again."""
        wait = min(MOST_BACKOFF_S, 2.0 ** min(self.failures, 5))
        return wait * (0.5 + self.chance.random())


def candidates(
    logins: Sequence[str], ways: Sequence[Way], chances: Sequence[Any]
) -> list[Candidate]:
    """A phone for each, half of them at one balancer and half at the other."""
    patient = [replace(each, patience=PAGE_PATIENCE_S) for each in ways]
    found = []
    for number, (login, chance) in enumerate(zip(logins, chances, strict=True)):
        first = number % len(patient)
        others = (*patient[first + 1 :], *patient[:first])
        found.append(Candidate(login, patient[first], chance, others=others))
    return found


class Room(Crew):
    """Everybody at work, a thread each, until told to rest."""

    def __init__(self, people: Sequence[Candidate], pace_s: float = PACE_S) -> None:
        super().__init__(people)
        self.people, self._pace_s = people, pace_s

    def work(self, person: Candidate) -> None:
        """Answer, and send until it is acknowledged."""
        while not self.resting.wait(person.chance.uniform(0, 2 * self._pace_s)):
            person.tap()
            while person.outbox and not self.resting.is_set():
                try:
                    person.sync()
                except NoAnswer:
                    self.resting.wait(person.backoff())

    def all_saved_since(self, moment: float) -> bool:
        """Whether everybody has had something saved that was sent after the moment."""
        return all(each.saved and each.saved[-1][0] > moment for each in self.people)

    def wait_all_saved(self, what: str) -> None:
        """Wait until everybody's next answers are saved."""
        moment = time.monotonic()
        done = holds_within(PATIENCE_S, lambda: self.troubles or self.all_saved_since(moment))
        assert done, f"{what}: somebody's answers are not saved within {PATIENCE_S:.0f} s"
        if self.troubles:
            raise self.troubles[0]


@dataclass(frozen=True)
class Cost:
    """What a stretch of time cost: the longest without any save, the longest from an answer to its
    acknowledgement, both in seconds, and how many were acknowledged."""

    silent_s: float
    longest_s: float
    saves: int


def cost(people: Sequence[Candidate], begun: float, ended: float) -> Cost:
    """Of the stretch between two readings of time.monotonic()."""
    saves = [save for each in people for save in each.saved if begun <= save[0] <= ended]
    moments = sorted([begun, *(at for at, _ in saves), ended])
    silent = max(later - earlier for earlier, later in itertools.pairwise(moments))
    return Cost(silent, max((took for _, took in saves), default=0.0), len(saves))
