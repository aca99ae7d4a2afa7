"""The demonstration's clock goes forward, to where something can be seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from learnapp.domain.core.calendar import ZONE
from learnapp.domain.operations.demonstration import after_stage, next_friday

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Shanghai


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (NOW, 27),
        (datetime(2026, 11, 27, 16, 59, tzinfo=ZONE), 27),
        (datetime(2026, 11, 20, 17, 0, tzinfo=ZONE), 27),
        (datetime(2026, 11, 21, 0, 5, tzinfo=ZONE), 27),
    ],
    ids=["Wednesday", "a minute before", "Friday at five", "Saturday"],
)
def test_the_next_friday_is_always_ahead(now, day):
    assert next_friday(now) == datetime(2026, 11, day, 17, 0, tzinfo=ZONE) > now


def test_the_stage_that_ends_first_of_those_that_run_is_left_the_morning_after():
    today = date(2026, 11, 25)
    past, near, far = (today + timedelta(days=n) for n in (-3, 2, 30))
    assert after_stage([far, past, near], NOW) == datetime(2026, 11, 28, 9, 0, tzinfo=ZONE)
    assert after_stage([past], NOW) is None
