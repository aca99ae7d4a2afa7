"""Shares: counts of a part and a whole, rounded down towards incompleteness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.share import Share


@pytest.mark.parametrize(
    ("part", "whole", "permille"),
    [(2999, 3000, 999), (1, 3000, 1), (0, 3000, 0), (3000, 3000, 1000), (1, 3, 333), (2, 3, 666)],
)
def test_only_all_is_a_hundred_percent_and_only_nothing_is_none(part, whole, permille):
    assert Share(part, whole).permille == permille


def test_nothing_owed_has_no_percentage():
    assert Share(0, 0).permille is None


@given(st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_never_says_more_than_is_done(counts):
    part, whole = counts
    permille = Share(part, whole).permille
    assert (permille == 1000) == (part == whole) and (permille == 0) == (part == 0)
    assert permille * whole <= 1000 * part or permille == 1


def test_at_least_a_share_is_decided_exactly():
    assert Share(1, 2).at_least(1, 2) and not Share(499, 1000).at_least(1, 2)
    assert not Share(0, 0).at_least(0, 1)
    assert Share(0, 1).at_least(0, 1)
