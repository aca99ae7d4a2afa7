"""Item statistics: a case worked by hand, what holds for all, and items that must be told apart."""

from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.statistics import Answered, Concern, concerns, item_statistics

answers = st.builds(
    Answered,
    awarded=st.integers(0, 200),
    full=st.just(200),
    rest=st.integers(0, 9_800),
    chosen=st.sampled_from([(), ("a",), ("b",), ("a", "b")]),
)


def test_a_case_worked_by_hand() -> None:
    some = [
        Answered(200, 200, 300),
        Answered(0, 200, 100),
        Answered(200, 200, 200),
        Answered(0, 200, 0),
    ]
    found = item_statistics(some)
    assert (found.uses, found.facility) == (4, 0.5)
    # Shares 1, 0, 1, 0 with mean 1/2: variance (4 x 1/4) / 3; rests have variance 50,000 / 3.
    assert found.standard_deviation == pytest.approx((1 / 3) ** 0.5)
    # Covariance (75 + 25 + 25 + 75) / 3 = 200/3, over the product of the two deviations.
    assert found.discrimination == pytest.approx((200 / 3) / ((1 / 3) ** 0.5 * (50_000 / 3) ** 0.5))
    # Sorted, the marks could not go with the rest any better than they do.
    assert found.efficiency == pytest.approx(1.0)


@given(st.lists(answers, max_size=40))
def test_what_holds_for_any_answers(some: list[Answered]) -> None:
    found = item_statistics(some, ["a", "b"])
    assert found.uses == len(some)
    if some:
        assert found.facility is not None and 0 <= found.facility <= 1
    for value in (found.discrimination, found.efficiency):
        assert value is None or -1 <= value <= 1
    assert item_statistics(reversed(some), ["a", "b"]).uses == found.uses
    if len(some) > 1:
        shares = [each.awarded / each.full for each in some]
        assert found.standard_deviation == pytest.approx(statistics.stdev(shares), abs=1e-9)


@given(st.lists(answers, min_size=3, max_size=40))
def test_correlation_agrees_with_the_standard_library(some: list[Answered]) -> None:
    found = item_statistics(some)
    shares, rests = [a.awarded / a.full for a in some], [float(a.rest) for a in some]
    if found.discrimination is None:
        assert len(set(shares)) == 1 or len(set(rests)) == 1
    else:
        assert found.discrimination == pytest.approx(
            statistics.correlation(shares, rests), abs=1e-6
        )


def cohort(good: bool, people: int = 300) -> list[Answered]:
    """People of different strength before an item that the strong get right, or get wrong."""
    chance = random.Random(3)
    some = []
    for _ in range(people):
        strength = chance.random()
        right = chance.random() < (strength if good else 1 - strength)
        chosen = "a" if right else chance.choice("bc")
        some.append(Answered(200 if right else 0, 200, int(strength * 9_800), (chosen,)))
    return some


def test_a_good_item_is_left_alone_and_a_wrong_key_is_found() -> None:
    good = item_statistics(cohort(True), ["a", "b", "c"])
    assert good.discrimination is not None and good.discrimination > 0.3
    assert concerns(good, frozenset("a")) == []
    bad = item_statistics(cohort(False), ["a", "b", "c"])
    assert concerns(bad, frozenset("a")) == [
        Concern.NEGATIVE_DISCRIMINATION,
        Concern.BEST_TAKE_WRONG,
    ]


def test_what_everybody_knows_and_what_nobody_takes_is_told() -> None:
    easy = item_statistics([Answered(200, 200, n, ("a",)) for n in range(40)], ["a", "b"])
    assert concerns(easy, frozenset("a")) == [Concern.TOO_EASY, Concern.IDLE_DISTRACTOR]
    hard = item_statistics([Answered(0, 200, n, ("b",)) for n in range(40)], ["a", "b"])
    assert Concern.TOO_HARD in concerns(hard, frozenset("a"))


def test_few_uses_say_nothing() -> None:
    few = item_statistics([Answered(0, 200, n) for n in range(29)])
    assert concerns(few) == [] and item_statistics([]).uses == 0
