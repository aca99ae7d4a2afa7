"""The assignment of a shared supply: never less than the best there is, never more than there is."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from question_bank.assignment import Taken, augment, broadest_last


def most(wanted: list[int], fits: list[list[int]], supply: list[int]) -> int:
    """The most that any assignment gives out, by max-flow min-cut over all sets of demands."""
    everyone = range(len(wanted))
    some = chain.from_iterable(combinations(everyone, n) for n in range(len(wanted) + 1))
    return min(
        sum(wanted[d] for d in everyone if d not in cut)
        + sum(supply[g] for g in {g for d in cut for g in fits[d]})
        for cut in map(set, some)
    )


@st.composite
def shortages(draw: st.DrawFn) -> tuple[list[int], list[list[int]], list[int]]:
    """Up to five demands for up to four groups, of which there is seldom enough."""
    groups = draw(st.integers(1, 4))
    amounts = st.integers(0, 4)
    supply = draw(st.lists(amounts, min_size=groups, max_size=groups))
    wanted = draw(st.lists(amounts, min_size=1, max_size=5))
    fitting = st.lists(st.integers(0, groups - 1), unique=True, max_size=groups)
    return wanted, [draw(fitting) for _ in wanted], supply


@given(shortages(), st.data())
def test_as_much_is_given_out_as_any_assignment_could_whatever_was_held_before(
    case: tuple[list[int], list[list[int]], list[int]], data: st.DataObject
) -> None:
    wanted, fits, supply = case
    free, taken = list(supply), [dict[int, int]() for _ in wanted]
    for demand, groups in enumerate(fits):
        for group in groups:
            lacks = wanted[demand] - sum(taken[demand].values())
            amount = data.draw(st.integers(0, min(free[group], lacks)))
            free[group] -= amount
            taken[demand][group] = amount
    before = [sum(each.values()) for each in taken]
    augment(wanted, fits, free, taken)
    after = [sum(each.values()) for each in taken]
    assert sum(after) == most(wanted, fits, supply)
    assert all(was <= holds <= want for was, holds, want in zip(before, after, wanted, strict=True))
    assert all(left >= 0 for left in free)
    for group, amount in enumerate(supply):
        assert free[group] + sum(each.get(group, 0) for each in taken) == amount
    for each, groups in zip(taken, fits, strict=True):
        assert min(each.values(), default=0) >= 0
        assert {group for group, amount in each.items() if amount} <= set(groups)


def test_a_demand_gives_up_what_only_another_can_use_and_takes_its_own_elsewhere() -> None:
    free, taken = [0, 2], [{0: 2}, {}]
    augment([2, 2], [[0, 1], [0]], free, taken)
    assert [{g: n for g, n in each.items() if n} for each in taken] == [{1: 2}, {0: 2}]
    assert free == [0, 0]


def test_a_demand_gives_up_no_more_than_it_holds_however_much_another_lacks() -> None:
    free, taken = [0, 3], [{0: 1}, {}]
    augment([1, 3], [[0, 1], [0]], free, taken)
    assert [{g: n for g, n in each.items() if n} for each in taken] == [{1: 1}, {0: 1}]
    assert free == [0, 2]


def test_what_was_taken_moves_along_a_chain_of_demands_when_only_its_end_has_a_choice() -> None:
    free: list[int] = [0, 0, 1]
    taken: Taken = [{}, {0: 1}, {1: 1}]
    augment([1, 1, 1], [[0], [0, 1], [1, 2]], free, taken)
    assert [{g: n for g, n in each.items() if n} for each in taken] == [{0: 1}, {1: 1}, {2: 1}]


def test_a_demand_that_nothing_fits_stays_short_and_takes_from_nobody() -> None:
    free, taken = [3], [dict[int, int](), dict[int, int]()]
    augment([2, 2], [[], [0]], free, taken)
    assert (taken, free) == ([{}, {0: 2}], [1])


def test_those_with_the_least_to_choose_from_are_served_first() -> None:
    assert broadest_last([[0, 1], [1], [0], []], [5, 2]) == [3, 1, 2, 0]
