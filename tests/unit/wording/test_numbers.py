"""Marks and percentages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.share import Share
from learnapp.wording.numbers import (
    marks_label,
    percent_label,
    tenths_label,
    whole_percent_label,
)


@pytest.mark.parametrize(
    ("hundredths", "label"), [(200, "2"), (250, "2.5"), (1225, "12.25"), (0, "0"), (10000, "100")]
)
def test_marks_have_no_more_decimals_than_they_need(hundredths, label):
    assert marks_label(hundredths) == label


@pytest.mark.parametrize(
    ("share", "tenths", "whole"),
    [
        (Share(2999, 3000), "99.9%", "99%"),
        (Share(1, 3000), "0.1%", "1%"),
        (Share(2, 3), "66.6%", "66%"),
        (Share(3, 3), "100.0%", "100%"),
        (Share(0, 3), "0.0%", "0%"),
        (Share(0, 0), "—", "—"),
    ],
)
def test_a_percentage_is_rounded_towards_incompleteness(share, tenths, whole):
    assert (percent_label(share), whole_percent_label(share)) == (tenths, whole)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_hundred_percent_is_said_of_all_alone_and_nothing_of_none_alone(counts):
    part, whole = counts
    for label in (percent_label(Share(part, whole)), whole_percent_label(Share(part, whole))):
        assert (float(label[:-1]) == 100) == (part == whole)
        assert (float(label[:-1]) == 0) == (part == 0)


def test_tenths_have_one_decimal():
    assert [tenths_label(each) for each in (1, 10, 524, 1000)] == ["0.1", "1.0", "52.4", "100.0"]
