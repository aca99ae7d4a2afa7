"""The pairs that are too much alike are those that a look at every pair finds."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.exams.likeness import Alike, AttemptTrace, Choice, alike
from tests.unit.domain.exams import likeness_by_pairs

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def cohort(chance: random.Random) -> list[AttemptTrace]:
    """Attempts of a few units over some hours; some sit twice, some copy most of another's answers."""
    questions, hours = chance.choice((8, 20, 60)), chance.choice((0, 1, 5))
    units, mistakes = chance.choice((1, 3)), chance.uniform(0.2, 0.8)
    found: list[AttemptTrace] = []
    for number in range(40):
        given = {}
        for version in chance.sample(range(questions), chance.randint(questions // 2, questions)):
            right = chance.random() > mistakes
            wrong = frozenset(chance.choices("BCDE", (8, 4, 2, 1))[0])
            given[version] = Choice(frozenset("A") if right else wrong, right, 0.2)
        if found and chance.random() < 0.2:
            copied = chance.choice(found).given
            given |= {v: each for v, each in copied.items() if chance.random() < 0.9}
        at = AT + timedelta(minutes=chance.randint(0, 60 * hours))
        person = number if chance.random() < 0.9 else chance.randint(0, 5)
        found.append(AttemptTrace(f"a{number}", person, chance.randrange(units), AT, at, given))
    return found


def told(found: Alike) -> tuple[str, str, dict[str, float]]:
    one, two, evidence = found
    return one.attempt, two.attempt, evidence


@pytest.mark.parametrize("seed", range(40))
def test_the_same_pairs_are_found_as_by_a_look_at_each(seed: int):
    attempts = cohort(random.Random(seed))
    expected = [told(each) for each in likeness_by_pairs.alike(attempts)]
    found = [told(each) for each in alike(attempts)]
    assert [each[:2] for each in found] == [each[:2] for each in expected]
    assert [each[2] for each in found] == [pytest.approx(each[2]) for each in expected]


def test_the_cohorts_have_pairs_and_have_none():
    counts = [len(list(alike(cohort(random.Random(seed))))) for seed in range(40)]
    assert 0 in counts and max(counts) > 5
