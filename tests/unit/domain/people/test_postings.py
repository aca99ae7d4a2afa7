"""Where a person on a second posting counts."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.people import Basis
from learnapp.domain.people.postings import check_span, counts_there, months_after

FIRST = date(2026, 8, 31)


@pytest.mark.parametrize("basis", [Basis.SECONDED, Basis.STATIONED])
def test_a_long_secondment_counts_at_the_receiving_unit(basis):
    assert counts_there(basis, FIRST, None)
    assert counts_there(basis, FIRST, date(2027, 3, 1))
    assert not counts_there(basis, FIRST, date(2027, 2, 28))  # six months, not more


@pytest.mark.parametrize("basis", [Basis.TASKED, Basis.POSTED, Basis.CONCURRENT])
def test_every_other_posting_leaves_a_person_counted_at_home(basis):
    assert not counts_there(basis, FIRST, None)


def test_a_month_without_the_day_ends_sooner():
    assert months_after(FIRST, 6) == date(2027, 2, 28)
    assert months_after(date(2026, 1, 15), 12) == date(2027, 1, 15)


def test_a_posting_has_a_day_at_least():
    check_span(FIRST, None)
    check_span(FIRST, date(2026, 9, 1))
    with pytest.raises(RuleBroken) as refused:
        check_span(FIRST, FIRST)
    assert (refused.value.field, refused.value.code) == ("to_day", "dates_out_of_order")
