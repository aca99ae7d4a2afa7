"""Signals of integrity: facts that somebody may want to ask about, with their evidence; no verdicts.

Each threshold is set so that an honest cohort is hardly ever named; the rates on simulated ones are
measured by tests/unit/domain/exams/test_integrity.py and documented in docs/reliability.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from learnapp.domain.exams.likeness import AttemptTrace, alike

# Leaving the page: so often, each time so long (a call, a message), and so much of the whole time.
LEAVES, A_LEAVE, AWAY_SHARE = 3, 5, 0.2
COPIES = 3
# Answering without reading: so few seconds a question, and no better than chance.
SECONDS_A_QUESTION, ENOUGH_ANSWERS, CHANCE_Z = 4.0, 10, 1.64


class SignalKind(StrEnum):
    """What was noticed."""

    AWAY = "away"
    COPIED = "copied"
    GUESSED = "guessed"
    ALIKE = "alike"


@dataclass(frozen=True)
class Signal:
    """Something noticed of one attempt or of two, with the figures it rests on."""

    kind: SignalKind
    attempts: tuple[str, ...]
    evidence: Mapping[str, float]


def signals_of(attempts: Sequence[AttemptTrace]) -> list[Signal]:
    """All signals of a window's attempts."""
    found = [signal for sat in attempts for signal in _alone(sat)]
    return found + list(_alike(attempts))


def _alone(sat: AttemptTrace) -> Iterator[Signal]:
    seconds = max(1.0, (sat.submitted_at - sat.started_at).total_seconds())
    long = [each for each in sat.leaves if each >= A_LEAVE]
    if len(long) >= LEAVES and sum(long) >= AWAY_SHARE * seconds:
        evidence = {"times": len(long), "seconds": sum(long), "of": seconds}
        yield Signal(SignalKind.AWAY, (sat.attempt,), evidence)
    if sat.copies >= COPIES:
        yield Signal(SignalKind.COPIED, (sat.attempt,), {"times": sat.copies})
    # By the server's start and end: when the answers arrived says nothing, for an officer who was
    # offline sends them all at once.
    count = len(sat.given)
    if count >= ENOUGH_ANSWERS and seconds <= SECONDS_A_QUESTION * count:
        right = sum(each.right for each in sat.given.values())
        expected = sum(each.chance for each in sat.given.values())
        spread = sqrt(sum(each.chance * (1 - each.chance) for each in sat.given.values()))
        if right <= expected + CHANCE_Z * spread:
            evidence = {"each": seconds / count, "right": right, "expected": expected, "of": count}
            yield Signal(SignalKind.GUESSED, (sat.attempt,), evidence)


def _alike(attempts: Sequence[AttemptTrace]) -> Iterator[Signal]:
    for one, two, evidence in alike(attempts):
        yield Signal(SignalKind.ALIKE, (one.attempt, two.attempt), evidence)
