"""Item statistics: a case worked by hand, what holds for all, and items that must be told apart."""

from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.statistics import (
    Concern,
    ItemResponse,
    ItemStatistics,
    Response,
    concerns,
    item_statistics,
)

answers = st.builds(
    ItemResponse,
    awarded=st.integers(0, 200),
    full=st.just(200),
    rest=st.integers(0, 9_800),
    chosen=st.sampled_from([(), ("a",), ("b",), ("a", "b")]),
)


def test_a_case_worked_by_hand() -> None:
    some = [
        ItemResponse(200, 200, 300),
        ItemResponse(0, 200, 100),
        ItemResponse(200, 200, 200),
        ItemResponse(0, 200, 0),
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
def test_what_holds_for_any_answers(some: list[ItemResponse]) -> None:
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
def test_correlation_agrees_with_the_standard_library(some: list[ItemResponse]) -> None:
    found = item_statistics(some)
    shares, rests = [a.awarded / a.full for a in some], [float(a.rest) for a in some]
    if found.discrimination is None:
        assert len(set(shares)) == 1 or len(set(rests)) == 1
    else:
        assert found.discrimination == pytest.approx(
            statistics.correlation(shares, rests), abs=1e-6
        )


def cohort(good: bool, people: int = 300) -> list[ItemResponse]:
    """People of different strength before an item that the strong get right, or get wrong."""
    chance = random.Random(3)
    some = []
    for _ in range(people):
        strength = chance.random()
        right = chance.random() < (strength if good else 1 - strength)
        chosen = "a" if right else chance.choice("bc")
        some.append(ItemResponse(200 if right else 0, 200, int(strength * 9_800), (chosen,)))
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
    easy = item_statistics([ItemResponse(200, 200, n, ("a",)) for n in range(40)], ["a", "b"])
    assert concerns(easy, frozenset("a")) == [Concern.TOO_EASY, Concern.IDLE_DISTRACTOR]
    hard = item_statistics([ItemResponse(0, 200, n, ("b",)) for n in range(40)], ["a", "b"])
    assert Concern.TOO_HARD in concerns(hard, frozenset("a"))


def test_few_uses_say_nothing() -> None:
    few = item_statistics([ItemResponse(0, 200, n) for n in range(29)])
    assert concerns(few) == [] and item_statistics([]).uses == 0


SIX = [
    ItemResponse(0, 100, 10, ("b",)),
    ItemResponse(0, 0, 99, ("c",)),
    ItemResponse(0, 100, 20, ("b", "c")),
    ItemResponse(100, 100, 30, ("a",)),
    ItemResponse(0, 100, 40, ("c",)),
    ItemResponse(100, 100, 50, ("a",)),
    ItemResponse(100, 100, 60, ("a", "x")),
]


def test_an_option_is_counted_in_all_and_in_the_best_third() -> None:
    found = item_statistics(SIX, ["a", "b", "c", "d"])
    assert found.uses == 6  # without the one that could earn nothing
    assert found.responses == {
        "a": Response(3, 0.5, best_third=2),
        "b": Response(2, 2 / 6, best_third=0),
        "c": Response(2, 2 / 6, best_third=0),
        "d": Response(0, 0.0, best_third=0),
    }
    assert item_statistics(SIX).responses == {}


def test_one_answer_or_equal_ones_have_no_correlation() -> None:
    one = item_statistics([ItemResponse(50, 100, 10)])
    assert one == ItemStatistics(1, 0.5)
    same = item_statistics([ItemResponse(50, 100, n) for n in range(3)])
    assert (same.standard_deviation, same.discrimination, same.efficiency) == (0.0, None, None)


def test_marks_that_go_against_the_rest_are_negative() -> None:
    found = item_statistics([ItemResponse(100 - n, 100, n) for n in range(0, 101, 50)])
    assert found.discrimination == pytest.approx(-1.0)
    assert found.efficiency == pytest.approx(-1.0)


def looked_at(
    facility: float | None = 0.5, discrimination: float | None = 0.5, uses: int = 30
) -> list[Concern]:
    return concerns(ItemStatistics(uses, facility, 0.1, discrimination))


def test_the_limits_of_what_is_looked_at_again() -> None:
    assert looked_at() == looked_at(facility=None) == looked_at(discrimination=None) == []
    assert looked_at(0.95) == [] and looked_at(0.951) == [Concern.TOO_EASY]
    assert looked_at(0.2) == [] and looked_at(0.199) == [Concern.TOO_HARD]
    assert looked_at(0.1, uses=29) == []
    assert looked_at(discrimination=0.1) == []
    assert looked_at(discrimination=0.09) == [Concern.WEAK_DISCRIMINATION]
    assert looked_at(discrimination=0.0) == [Concern.WEAK_DISCRIMINATION]
    assert looked_at(discrimination=-0.01) == [Concern.NEGATIVE_DISCRIMINATION]


def about(*responses: Response) -> list[Concern]:
    named = dict(zip("abc", responses, strict=False))
    return concerns(ItemStatistics(30, 0.5, 0.1, 0.5, 0.5, named), frozenset("a"))


def test_a_wrong_option_is_idle_below_one_in_a_hundred() -> None:
    right = Response(50, 0.5, 20)
    assert about(right, Response(1, 0.01, 0)) == []
    assert about(right, Response(1, 0.009, 0)) == [Concern.IDLE_DISTRACTOR]
    assert about(Response(0, 0.0, 20), Response(9, 0.3, 1)) == []


def test_the_best_take_a_wrong_option_more_often_than_any_right_one() -> None:
    assert about(Response(9, 0.3, 5), Response(9, 0.3, 5)) == []
    assert about(Response(9, 0.3, 5), Response(9, 0.3, 6)) == [Concern.BEST_TAKE_WRONG]
    assert about(Response(9, 0.3, 5)) == []
    assert concerns(ItemStatistics(30, 0.5, 0.1, 0.5, 0.5, {"b": Response(9, 0.3, 5)})) == []
