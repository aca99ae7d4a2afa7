"""Signals on simulated cohorts: how often an honest one is named, and how often copying is found."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

import pytest

from learnapp.domain.exams.integrity import SignalKind, signals_of
from learnapp.domain.exams.likeness import AttemptTrace, Choice

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


# The limits, one by one


def attempt(name: str = "a", person: int = 1, **facts: Any) -> AttemptTrace:
    """An attempt of 100 seconds that answered nothing."""
    nothing: dict[str, Any] = {
        "unit_id": 1,
        "started_at": AT,
        "submitted_at": AT + timedelta(seconds=100),
        "given": {},
    }
    return AttemptTrace(name, person, **(nothing | facts))


def test_away_is_three_long_leaves_of_a_fifth_of_the_time():
    (signal,) = signals_of([attempt(leaves=(5, 5, 10, 4, 4))])
    assert (signal.kind, signal.attempts) == (SignalKind.AWAY, ("a",))
    assert signal.evidence == {"times": 3, "seconds": 20, "of": 100.0}
    assert signals_of([attempt(leaves=(5, 5, 9))]) == []
    assert signals_of([attempt(leaves=(10, 10))]) == []


def test_an_attempt_without_length_counts_as_a_second():
    (signal,) = signals_of([attempt(leaves=(5, 5, 5), submitted_at=AT)])
    assert signal.evidence["of"] == 1


def test_three_copies_are_a_signal_and_two_are_none():
    (signal,) = signals_of([attempt(copies=3)])
    assert (signal.kind, signal.attempts) == (SignalKind.COPIED, ("a",))
    assert signal.evidence == {"times": 3}
    assert signals_of([attempt(copies=2)]) == []


def answered(right: int, count: int, chance: float = 0.25) -> dict[int, Choice]:
    return {
        n: Choice(frozenset("A" if n < right else "B"), n < right, chance) for n in range(count)
    }


def guessed(right: int, count: int, seconds: float, chance: float = 0.25) -> bool:
    facts = {
        "given": answered(right, count, chance),
        "submitted_at": AT + timedelta(seconds=seconds),
    }
    return [each.kind for each in signals_of([attempt(**facts)])] == [SignalKind.GUESSED]


def test_guessed_is_four_seconds_a_question_over_ten_answers_no_better_than_chance():
    assert guessed(2, 10, 40) and not guessed(2, 10, 41)
    assert guessed(2, 9, 1) is False
    # Of 100 by chance 25 are right, with a spread of sqrt(100 x 1/4 x 3/4) = 4.33: up to 32.1.
    assert guessed(32, 100, 60) and not guessed(33, 100, 60)


def test_guessing_shows_the_figures_it_rests_on():
    facts = {"given": answered(2, 10), "submitted_at": AT + timedelta(seconds=30)}
    (signal,) = signals_of([attempt(**facts)])
    assert signal.evidence == {"each": 3.0, "right": 2, "expected": 2.5, "of": 10}


def wrong(options: str) -> dict[int, Choice]:
    return {n: Choice(frozenset(each), each == "A", 0.25) for n, each in enumerate(options)}


def crowd(count: int = 40, questions: int = 8) -> list[AttemptTrace]:
    """People of other units who all chose C where they were wrong."""
    return [
        attempt(f"o{n}", 100 + n, unit_id=9 + n, given=wrong("C" * questions)) for n in range(count)
    ]


def alike(one: dict[str, Any], two: dict[str, Any], others: int = 40) -> list[Any]:
    pair = [attempt("a", 1, **one), attempt("b", 2, **two)]
    return [s for s in signals_of([*pair, *crowd(others)]) if s.kind is SignalKind.ALIKE]


def test_six_wrong_answers_in_common_that_nobody_else_chose_are_alike():
    (signal,) = alike({"given": wrong("BBBBBB")}, {"given": wrong("BBBBBB")})
    assert signal.attempts == ("a", "b")
    # The share of B among 40 others who chose C, with one more for each of two kinds: 1 in 42.
    assert signal.evidence["wrong"] == signal.evidence["same"] == 6
    assert signal.evidence["expected"] == pytest.approx(6 / 42)
    assert signal.evidence["p"] == pytest.approx((1 / 42) ** 6)
    assert alike({"given": wrong("BBBBB")}, {"given": wrong("BBBBB")}) == []
    assert alike({"given": wrong("BBBBBBA")}, {"given": wrong("BBBBBAB")}) == []


def test_wrong_answers_that_everybody_chose_are_not_alike():
    assert alike({"given": wrong("CCCCCCCC")}, {"given": wrong("CCCCCCCC")}) == []


def test_of_two_that_differ_the_likelier_choice_is_counted():
    (signal,) = alike({"given": wrong("BBBBBBC")}, {"given": wrong("BBBBBBB")})
    assert (signal.evidence["wrong"], signal.evidence["same"]) == (7, 6)
    assert signal.evidence["expected"] == pytest.approx(6 / 42 + 41 / 42)


def test_only_questions_that_both_answered_are_compared():
    more = {**wrong("BBBBBB"), 99: Choice(frozenset("D"), False, 0.25)}
    (signal,) = alike({"given": more}, {"given": wrong("BBBBBB")})
    assert signal.evidence["wrong"] == 6


def test_one_person_is_not_alike_with_themselves_and_an_hour_apart_is_the_most():
    same = {"given": wrong("BBBBBB")}
    late = AT + timedelta(seconds=100) + timedelta(hours=1)
    assert alike(same, {**same, "submitted_at": late})
    assert not alike(same, {**same, "submitted_at": late + timedelta(seconds=1)})
    pair = [attempt("a", 1, **same), attempt("b", 1, **same)]
    assert signals_of([*pair, *crowd()]) == []


def test_the_level_is_shared_by_all_pairs_that_are_compared():
    one = {"given": wrong("BBBBBBDDDDDDDDDDDDDDDDDD")}
    two = {"given": wrong("BBBBBBEEEEEEEEEEEEEEEEEE")}
    few = [s for s in signals_of([attempt("a", 1, **one), attempt("b", 2, **two), *crowd(2, 24)])]
    assert few == []
