"""Attempts whose wrong answers are the same more often than chance has it: the pairs of a window.

Every pair of one unit that handed in within an hour is compared, but few have to be looked at: the same
wrong answers of a pair cannot be less likely together than their chances multiplied. A pair whose
product is above the level is none, and who has too few rare wrong answers is in no pair.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

# Handed in so close, so many wrong in common, and that unlikely among all pairs compared.
CLOSE, BOTH_WRONG, ALPHA = timedelta(hours=1), 6, 0.05
_ROUNDING = 1e-6  # of sums of logarithms: a pair at the very limit is looked at


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to a choice: the options chosen, whether right, and how likely a blind guess is."""

    chosen: frozenset[str]
    right: bool
    chance: float


@dataclass(frozen=True, slots=True)
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


Alike = tuple[AttemptTrace, AttemptTrace, dict[str, float]]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """The wrong answers of everybody to a question: how often each was chosen, and all of them."""

    counts: Counter[frozenset[str]]
    all: int
    kinds: int

    def same_by_chance(self, one: frozenset[str], two: frozenset[str]) -> float:
        """How likely two wrong answers are the same, from the others' wrong answers.

        The share of one's choice among everybody else, one more counted for each so that what nobody
        else chose is rare and not impossible; the likelier of the two, to be on the honest side.
        """
        mine = 2 if one == two else 1
        likelier = max(self.counts[one], self.counts[two]) - mine + 1
        return likelier / (self.all - 2 + max(2, self.kinds))


@dataclass(frozen=True, slots=True)
class _Marked:
    """An attempt by its place in the list: its wrong answers that somebody else gave too as bits, and
    how many of them a pair needs at least."""

    place: int
    trace: AttemptTrace
    bits: int
    least: int


def alike(attempts: Sequence[AttemptTrace]) -> Iterator[Alike]:
    """Pairs of one unit and one hour that are too much alike, with the figures it rests on.

    Wrong answers are compared where both are wrong; how likely they are the same follows from how
    often everybody else chose each. The level is divided by the number of pairs (Bonferroni).
    """
    units: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(attempts):
        units[each.unit_id].append(place)
    pairs = sum(_count_pairs([attempts[place] for place in unit]) for unit in units.values())
    if not pairs:
        return
    wrong = _wrong_of(attempts)
    needed = log(pairs / ALPHA) - _ROUNDING
    weights = _weights(wrong)
    for unit in units.values():
        marked = [_marked(place, attempts[place], weights, needed) for place in unit]
        for one, two in _worth_a_look([each for each in marked if each is not None]):
            evidence = _evidence(one, two, wrong)
            if evidence is not None and evidence["p"] * pairs < ALPHA:
                yield one, two, evidence


def _count_pairs(unit: Sequence[AttemptTrace]) -> int:
    """How many pairs of a unit are compared: two people who handed in within an hour."""
    by_person: dict[int, list[AttemptTrace]] = defaultdict(list)
    for each in unit:
        by_person[each.person_id].append(each)
    of_one = sum(_count_close(sat) for sat in by_person.values() if len(sat) > 1)
    return _count_close(unit) - of_one


def _count_close(some: Sequence[AttemptTrace]) -> int:
    times = sorted(each.submitted_at for each in some)
    found = first = 0
    for place, at in enumerate(times):
        while at - times[first] > CLOSE:
            first += 1
        found += place - first
    return found


def _wrong_of(attempts: Sequence[AttemptTrace]) -> dict[int, _Wrong]:
    counts: dict[int, Counter[frozenset[str]]] = defaultdict(Counter)
    for sat in attempts:
        for version, given in sat.given.items():
            if not given.right:
                counts[version][given.chosen] += 1
    return {version: _Wrong(each, each.total(), len(each)) for version, each in counts.items()}


_Weights = dict[tuple[int, frozenset[str]], tuple[int, float]]


def _weights(wrong: dict[int, _Wrong]) -> _Weights:
    """Per wrong answer that two can share a bit, and the negative logarithm of its chance."""
    found: _Weights = {}
    for version, each in wrong.items():
        for chosen, count in each.counts.items():
            if count > 1:
                weight = -log(each.same_by_chance(chosen, chosen))
                found[version, chosen] = (1 << len(found), weight)
    return found


def _marked(place: int, sat: AttemptTrace, weights: _Weights, needed: float) -> _Marked | None:
    """None for an attempt that can be in no pair."""
    bits, rare, wrong = 0, [], 0
    for version, given in sat.given.items():
        if given.right:
            continue
        wrong += 1
        known = weights.get((version, given.chosen))
        if known is not None:
            bits |= known[0]
            rare.append(known[1])
    if wrong < BOTH_WRONG:
        return None
    weight, least = 0.0, 0
    for each in sorted(rare, reverse=True):
        weight, least = weight + each, least + 1
        if weight > needed:
            return _Marked(place, sat, bits, least)
    return None


def _worth_a_look(unit: Sequence[_Marked]) -> list[tuple[AttemptTrace, AttemptTrace]]:
    """The pairs that share enough, in the order of the attempts."""
    by_time = sorted(unit, key=lambda each: each.trace.submitted_at)
    found: list[tuple[int, int, AttemptTrace, AttemptTrace]] = []
    for place, one in enumerate(by_time):
        bits, least, until = one.bits, one.least, one.trace.submitted_at + CLOSE
        for other in range(place + 1, len(by_time)):
            two = by_time[other]
            if two.trace.submitted_at > until:
                break
            if (bits & two.bits).bit_count() >= least:
                first, second = (one, two) if one.place < two.place else (two, one)
                if first.trace.person_id != second.trace.person_id:
                    found.append((first.place, second.place, first.trace, second.trace))
    return [(one, two) for _, _, one, two in sorted(found, key=lambda each: each[:2])]


def _evidence(
    one: AttemptTrace, two: AttemptTrace, wrong: dict[int, _Wrong]
) -> dict[str, float] | None:
    """What a pair has in common; None for too few wrong answers."""
    common: list[tuple[int, Choice, Choice]] = [
        (version, one.given[version], two.given[version])
        for version in one.given.keys() & two.given.keys()
        if not one.given[version].right and not two.given[version].right
    ]
    if len(common) < BOTH_WRONG:
        return None
    same = sum(mine.chosen == other.chosen for _, mine, other in common)
    chances = [wrong[v].same_by_chance(mine.chosen, other.chosen) for v, mine, other in common]
    return {
        "wrong": len(common),
        "same": same,
        "expected": sum(chances),
        "p": _tail(chances, same),
    }


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
