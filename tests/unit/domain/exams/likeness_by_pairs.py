"""Likeness as it is defined, with a look at every pair: what the search for few of them is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from learnapp.domain.exams.likeness import ALPHA, BOTH_WRONG, CLOSE, Alike, AttemptTrace, Choice


def alike(attempts: Sequence[AttemptTrace]) -> Iterator[Alike]:
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
            yield one, two, evidence


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
