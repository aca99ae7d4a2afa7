"""Signals of integrity: facts that somebody may want to ask about, with their evidence; no verdicts.

Each threshold is set so that an honest cohort is hardly ever named; the rates on simulated ones are
measured by tests/unit/domain/exams/test_integrity.py and documented in docs/reliability.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from math import sqrt

# Leaving the page: so often, each time so long (a call, a message), and so much of the whole time.
LEAVES, A_LEAVE, AWAY_SHARE = 3, 5, 0.2
COPIES = 3
# Answering without reading: so few seconds a question, and no better than chance.
SECONDS_A_QUESTION, ENOUGH_ANSWERS, CHANCE_Z = 4.0, 10, 1.64
# Alike: handed in so close, so many wrong in common, and that unlikely among all pairs compared.
CLOSE, BOTH_WRONG, ALPHA = timedelta(hours=1), 6, 0.05


class SignalKind(StrEnum):
    """What was noticed."""

    AWAY = "away"
    COPIED = "copied"
    GUESSED = "guessed"
    ALIKE = "alike"


@dataclass(frozen=True)
class Choice:
    """An answer to a choice: the options chosen, whether right, and how likely a blind guess is."""

    chosen: frozenset[str]
    right: bool
    chance: float


@dataclass(frozen=True)
class AttemptTrace:
    """An attempt that was handed in, as far as signals go; `given` by question version."""

    attempt: str
    person_id: int
    unit_id: int
    started_at: datetime
    submitted_at: datetime
    given: Mapping[int, Choice]
    leaves: Sequence[int] = ()  # seconds of each
    copies: int = 0


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
    """Pairs of one unit and one hour whose wrong answers are the same more often than chance has it.

    Wrong answers are compared where both are wrong; how likely they are the same follows from how
    often everybody else chose each. The level is divided by the number of pairs (Bonferroni).
    """
    pairs = list(_pairs(attempts))
    wrong = _wrong_counts(attempts)
    for one, two in pairs:
        common = [
            version
            for version in one.given.keys() & two.given.keys()
            if not one.given[version].right and not two.given[version].right
        ]
        if len(common) < BOTH_WRONG:
            continue
        same = [v for v in common if one.given[v].chosen == two.given[v].chosen]
        chances = [_same_by_chance(wrong[v], one.given[v], two.given[v]) for v in common]
        p = _tail(chances, len(same))
        if p * len(pairs) < ALPHA:
            evidence = {
                "wrong": len(common),
                "same": len(same),
                "expected": sum(chances),
                "p": p,
            }
            yield Signal(SignalKind.ALIKE, (one.attempt, two.attempt), evidence)


def _pairs(attempts: Sequence[AttemptTrace]) -> Iterator[tuple[AttemptTrace, AttemptTrace]]:
    units: dict[int, list[AttemptTrace]] = {}
    for each in attempts:
        units.setdefault(each.unit_id, []).append(each)
    for unit in units.values():
        for one, two in combinations(unit, 2):
            if abs(one.submitted_at - two.submitted_at) <= CLOSE and one.person_id != two.person_id:
                yield one, two


def _wrong_counts(attempts: Sequence[AttemptTrace]) -> dict[int, Counter[frozenset[str]]]:
    found: dict[int, Counter[frozenset[str]]] = {}
    for sat in attempts:
        for version, given in sat.given.items():
            held = found.setdefault(version, Counter())
            if not given.right:
                held[given.chosen] += 1
    return found


def _same_by_chance(everybody: Counter[frozenset[str]], one: Choice, two: Choice) -> float:
    """How likely two wrong answers to a question are the same, from the others' wrong answers.

    The share of one's choice among everybody else, one more counted for each so that what nobody
    else chose is rare and not impossible; the likelier of the two, to be on the honest side.
    """
    others = everybody.copy()
    others[one.chosen] -= 1
    others[two.chosen] -= 1
    kinds = sum(1 for count in everybody.values() if count > 0)
    total = sum(others.values()) + max(2, kinds)
    return max((others[each.chosen] + 1) / total for each in (one, two))


def _tail(chances: Sequence[float], least: int) -> float:
    """P(at least so many happen) of independent events: the Poisson-binomial distribution."""
    having = [1.0]
    for chance in chances:
        after = [0.0] * (len(having) + 1)
        for count, p in enumerate(having):
            after[count] += p * (1 - chance)
            after[count + 1] += p * chance
        having = after
    return min(1.0, sum(having[least:]))
