"""When something that a phone held back counts: bounded by the page's own instant and the arrival."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.study.made_at import LONGEST, made_at
from tests.unit.domain.instants import HOUR, at

SERVED, RECEIVED = at(9), at(18)


@pytest.mark.parametrize("hours", [1, 8, 9])
def test_it_counts_by_when_it_was_made_after_the_page_was_given_out(hours):
    assert made_at(SERVED, hours * HOUR, RECEIVED) == RECEIVED - hours * HOUR


@pytest.mark.parametrize(
    ("served", "waited"),
    [
        (None, HOUR),
        (SERVED, None),
        (SERVED, timedelta(0)),
        (SERVED, -HOUR),
        (SERVED, 10 * HOUR),  # before the page was given out
        (RECEIVED + HOUR, HOUR),  # a clock that was put back
        (RECEIVED - LONGEST - HOUR, HOUR),  # too long ago to be believed
    ],
)
def test_what_the_server_cannot_bound_counts_by_its_arrival(served, waited):
    assert made_at(served, waited, RECEIVED) == RECEIVED
