"""Exams in time: deadlines, starts, tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.exams import (
    GRACE,
    Span,
    base_deadline,
    check_start,
    deadline,
    ran_out,
)

OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
WINDOW = Span(OPENS, OPENS + timedelta(hours=2))


def test_an_attempt_ends_with_its_duration_or_with_its_window_whichever_comes_first():
    half_an_hour = timedelta(minutes=30)
    assert base_deadline(OPENS, half_an_hour, WINDOW.closes_at) == OPENS + half_an_hour
    late = WINDOW.closes_at - timedelta(minutes=10)
    assert base_deadline(late, half_an_hour, WINDOW.closes_at) == WINDOW.closes_at


def test_allowances_move_the_deadline_and_what_is_taken_back_moves_it_again():
    assert deadline(OPENS, 600) == OPENS + timedelta(minutes=10)
    assert deadline(OPENS, 600 - 600) == OPENS


def test_an_attempt_runs_out_after_its_grace_and_not_at_it():
    assert not ran_out(OPENS, OPENS + GRACE)
    assert ran_out(OPENS, OPENS + GRACE + timedelta(microseconds=1))


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
    check_start(WINDOW, OPENS, 0, tries=1)
