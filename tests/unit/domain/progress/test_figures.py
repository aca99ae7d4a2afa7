"""A share is rounded down towards incompleteness; which way one is ahead comes from the counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.progress.figures import Lead, Share, half_time_half_task, lead


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


def test_behind_by_less_than_can_be_shown_is_still_behind():
    time, task = Share(1, 2), Share(4999, 10000)
    assert lead(time, task) == Lead(False, 1)
    assert lead(Share(5001, 10000), Share(1, 2)) == Lead(False, 0)
    assert lead(Share(1, 2), Share(5, 10)) == Lead(None, 0)
    assert lead(Share(1, 2), Share(0, 0)) is None


def test_half_is_decided_by_counts_and_not_by_what_is_shown():
    assert not half_time_half_task(Share(20, 40), Share(49_999, 100_000))
    assert half_time_half_task(Share(20, 40), Share(50_000, 100_000))
