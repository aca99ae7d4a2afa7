"""Where a person on a second posting counts."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.people import Basis
from learnapp.domain.people.postings import (
    check_span,
    counts_there,
    day_written,
    is_likely,
    months_after,
)

FIRST = date(2026, 8, 31)


@pytest.mark.parametrize("basis", [Basis.SECONDED, Basis.STATIONED])
def test_a_long_secondment_counts_at_the_receiving_unit(basis):
    assert counts_there(basis, FIRST, None)
    assert counts_there(basis, FIRST, date(2027, 3, 1))
    assert not counts_there(basis, FIRST, date(2027, 2, 28))  # six months, not more


@pytest.mark.parametrize("basis", [Basis.TASKED, Basis.POSTED, Basis.CONCURRENT])
def test_every_other_posting_leaves_a_person_counted_at_home(basis):
    assert not counts_there(basis, FIRST, None)


@pytest.mark.parametrize(
    "text",
    ["2026-11-01", "2026/11/1", "2026年11月1日", "2026.11.1", "2026-11-01 00:00:00", "46327"],
)
def test_a_day_is_read_as_offices_write_it(text):
    assert day_written(text) == date(2026, 11, 1)


@pytest.mark.parametrize("text", ["", "十一月", "2026-13-01", "2026-02-30", "11-01"])
def test_what_is_no_day_is_none(text):
    assert day_written(text) is None


def test_a_slip_in_the_year_is_unlikely():
    assert is_likely(FIRST) and not is_likely(date(1926, 8, 31)) and not is_likely(date(2206, 1, 1))


def test_a_month_without_the_day_ends_sooner():
    assert months_after(FIRST, 6) == date(2027, 2, 28)
    assert months_after(date(2026, 1, 15), 12) == date(2027, 1, 15)


def test_a_posting_has_a_day_at_least():
    check_span(FIRST, None)
    check_span(FIRST, date(2026, 9, 1))
    with pytest.raises(RuleBroken) as refused:
        check_span(FIRST, FIRST)
    assert (refused.value.field, refused.value.code) == ("to_day", "dates_out_of_order")
