"""Signals on simulated cohorts: how often an honest one is named, and how often copying is found."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import exp

import pytest

from learnapp.domain.exams.integrity import AttemptTrace, Choice, SignalKind, signals_of

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
COHORTS, PEOPLE, UNITS, QUESTIONS = 60, 100, 5, 50
OPTIONS = "ABCD"


class Simulated:
    """A paper of four options that all sit: difficulty and the pull of each wrong option differ,
    and the weaker somebody is the more the strongest distractor pulls."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.hard = [chance.gauss(0, 1) for _ in range(QUESTIONS)]
        self.pull = [
            [chance.gammavariate(0.8, 1) + 0.05 for _ in range(3)] for _ in range(QUESTIONS)
        ]

    def answer(self, question: int, ability: float) -> Choice:
        if self.chance.random() < 1 / (1 + exp(self.hard[question] - ability)):
            return Choice(frozenset("A"), True, 0.25)
        weights = [w ** (1.3 if ability < 0 else 0.8) for w in self.pull[question]]
        chosen = self.chance.choices(OPTIONS[1:], weights)[0]
        return Choice(frozenset(chosen), False, 0.25)

    def person(self, number: int) -> AttemptTrace:
        """Somebody honest: reads, is sometimes called away, copies a word to look it up hardly ever."""
        ability = self.chance.gauss(0.8, 1)
        minutes = self.chance.lognormvariate(2.9, 0.35)  # about 18, seldom under 8
        leaves = [
            round(self.chance.expovariate(1 / 40))
            for _ in range(min(9, int(self.chance.expovariate(1 / 0.7))))
        ]
        started = AT + timedelta(minutes=self.chance.uniform(0, 120))
        return AttemptTrace(
            f"a{number}",
            number,
            number % UNITS,
            started,
            started + timedelta(minutes=minutes),
            {q: self.answer(q, ability) for q in range(QUESTIONS)},
            leaves,
            int(self.chance.random() < 0.05),
        )


def test_an_honest_cohort_is_hardly_ever_named(capsys):
    chance, named, cohorts = random.Random(20261123), Counter(), Counter()
    for _ in range(COHORTS):
        paper = Simulated(chance)
        found = signals_of([paper.person(n) for n in range(PEOPLE)])
        named.update(
            kind
            for kind in SignalKind
            for _ in {a for s in found if s.kind is kind for a in s.attempts}
        )
        cohorts.update({s.kind for s in found})
    people = COHORTS * PEOPLE
    rates = {kind: named[kind] / people for kind in SignalKind}
    with capsys.disabled():
        told = ", ".join(
            f"{kind} {rates[kind]:.3%} of people, {cohorts[kind]} of {COHORTS} cohorts"
            for kind in SignalKind
        )
        print(f"\nhonest cohorts of {PEOPLE}, falsely named: {told}")
    assert all(rate <= 0.01 for rate in rates.values())
    assert cohorts[SignalKind.ALIKE] <= 0.05 * COHORTS


@pytest.mark.parametrize(("copied", "least"), [(0.9, 0.7), (0.6, 0.25)])
def test_copying_is_mostly_noticed(capsys, copied, least):
    """One of a unit takes over so many of a neighbour's answers; the neighbour has a third wrong."""
    chance, found = random.Random(7), 0
    for _ in range(COHORTS):
        paper = Simulated(chance)
        people = [paper.person(n) for n in range(PEOPLE)]
        source = min((p for p in people if p.unit_id == 0), key=lambda p: abs(_right(p) - 33))
        other = next(p for p in people if p.unit_id == 0 and p is not source)
        answers = {
            q: source.given[q] if chance.random() < copied else other.given[q]
            for q in range(QUESTIONS)
        }
        copier = AttemptTrace(
            other.attempt, other.person_id, 0, source.started_at, source.submitted_at, answers
        )
        people[people.index(other)] = copier
        pairs = {s.attempts for s in signals_of(people) if s.kind is SignalKind.ALIKE}
        found += any(set(pair) == {source.attempt, copier.attempt} for pair in pairs)
    with capsys.disabled():
        print(f"\n{copied:.0%} of the answers copied: noticed in {found} of {COHORTS} cohorts")
    assert found >= least * COHORTS


def _right(sat: AttemptTrace) -> int:
    return sum(each.right for each in sat.given.values())


def _fast(right: int, seconds: int) -> AttemptTrace:
    given = {n: Choice(frozenset("A" if n < right else "B"), n < right, 0.25) for n in range(20)}
    return AttemptTrace("a", 1, 1, AT, AT + timedelta(seconds=seconds), given)


def test_speed_alone_is_no_signal_and_chance_alone_is_none():
    assert [s.kind for s in signals_of([_fast(5, 60)])] == [SignalKind.GUESSED]
    assert signals_of([_fast(19, 60)]) == []
    assert signals_of([_fast(5, 600)]) == []


def test_a_call_or_two_is_no_signal_but_being_away_for_much_of_it_is():
    def away(*leaves: int) -> list[SignalKind]:
        sat = AttemptTrace("a", 1, 1, AT, AT + timedelta(minutes=20), {}, leaves)
        return [s.kind for s in signals_of([sat])]

    assert away(200, 300) == [] and away(4, 4, 4, 4) == [] and away(20, 20, 20) == []
    assert away(100, 100, 100) == [SignalKind.AWAY]


def test_two_of_different_units_or_hours_are_not_compared():
    given = {n: Choice(frozenset("B"), False, 0.25) for n in range(20)}
    others = [
        AttemptTrace(
            f"o{n}",
            10 + n,
            9,
            AT,
            AT,
            {q: Choice(frozenset("CD"[n % 2]), False, 0.25) for q in given},
        )
        for n in range(20)
    ]

    def named(unit: int, at: datetime) -> bool:
        pair = [AttemptTrace("a", 1, 1, AT, AT, given), AttemptTrace("b", 2, unit, AT, at, given)]
        return any(set(s.attempts) == {"a", "b"} for s in signals_of([*pair, *others]))

    assert named(1, AT)
    assert not named(2, AT) and not named(1, AT + timedelta(hours=2))
