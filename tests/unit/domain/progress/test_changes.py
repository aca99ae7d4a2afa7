"""What changed since the last Friday, and what is to be worked on next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.progress.changes import Change, last_friday, to_work_on
from learnapp.domain.progress.figures import Counts
from tests.unit.domain.progress.test_figures import duty

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize("days", range(1, 8))
def test_the_last_friday_is_the_newest_that_is_over(days):
    assert last_friday(start_of(FRIDAY + timedelta(days=days))) == FRIDAY
    assert last_friday(end_of(FRIDAY + timedelta(days=7)) - timedelta(seconds=1)) == FRIDAY


def test_a_change_is_the_difference_of_counts_on_both_days():
    change = Change(FRIDAY, Counts(owed=10, done=4, behind=3), Counts(owed=8, done=6, behind=1))
    assert (change.done, change.behind, change.owed) == (2, -2, -2)


def test_what_is_to_be_worked_on_falls_due_first_and_not_after_this_week():
    now = start_of(FRIDAY)
    sunday = end_of(FRIDAY + timedelta(days=2))
    due = {
        1: sunday,
        2: sunday + timedelta(seconds=1),
        3: now - timedelta(days=9),
        4: now - timedelta(days=40),
        5: now - timedelta(days=1),
    }
    duties = [duty(number, at) for number, at in due.items()]
    duties.append(duty(6, sunday, required=False))
    found = to_work_on(duties, now, 9)
    assert [each.requirement_id for each in found] == [3, 5, 1]
    assert to_work_on(duties, now, 2) == found[:2]
