"""Exams in time: starts within a window, what a proctor may take back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.exams import (
    AVOID_DAYS,
    REVOCABLE,
    Cause,
    WindowTimes,
    check_start,
)

OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
WINDOW = WindowTimes(OPENS, OPENS + timedelta(hours=2))
LIMITS = {"opens_at": WINDOW.opens_at, "closes_at": WINDOW.closes_at, "tries": 1}


@pytest.mark.parametrize(
    ("at", "made", "code"),
    [
        (OPENS - timedelta(microseconds=1), 0, "window_not_open"),
        (WINDOW.closes_at, 0, "window_closed"),
        (OPENS, 1, "no_tries_left"),
    ],
)
def test_an_attempt_starts_within_its_window_and_its_tries_only(at, made, code):
    with pytest.raises(Conflict) as refused:
        check_start(WINDOW, at, made, tries=1)
    assert refused.value.code == code
    assert refused.value.params.items() <= LIMITS.items()
    assert refused.value.params
    check_start(WINDOW, OPENS, 0, tries=1)


def test_a_window_holds_its_opening_and_not_its_close():
    assert WINDOW.holds(OPENS) and not WINDOW.holds(WINDOW.closes_at)


def test_only_what_a_proctor_gave_may_be_taken_back():
    assert set(REVOCABLE) == {Cause.GIVEN, Cause.EXTRA_TIME, Cause.REDUCED}


def test_a_draw_avoids_keys_that_were_shown_within_a_month():
    assert AVOID_DAYS == 30
