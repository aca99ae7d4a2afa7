"""Deadlines of attempts: the first one, allowances, and when the clock hands in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.deadline import base_deadline, deadline, ran_out
from learnapp.domain.exams.exams import (
    WindowTimes,
)

OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
WINDOW = WindowTimes(OPENS, OPENS + timedelta(hours=2))


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
