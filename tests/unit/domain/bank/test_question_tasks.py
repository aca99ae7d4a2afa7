"""命题任务: what can be asked, and what a task is on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.bank.question_tasks import TaskPlan, TaskState, check_plan, state_of
from learnapp.domain.core.errors import RuleBroken

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("count", "days", "code"),
    [
        (1, 0, None),
        (1000, 366, None),
        (0, 0, "count_out_of_range"),
        (1001, 0, "count_out_of_range"),
        (5, -1, "day_past"),
        (5, 367, "until_too_far"),
    ],
)
def test_some_questions_are_owed_by_a_day_of_the_coming_year(count, days, code):
    plan = TaskPlan(count, DAY + timedelta(days=days))
    if code is None:
        check_plan(plan, DAY)
        return
    with pytest.raises(RuleBroken, match=code):
        check_plan(plan, DAY)


@pytest.mark.parametrize(
    ("sent", "withdrawn", "days", "state"),
    [
        (0, False, 0, TaskState.RUNNING),
        (4, False, -1, TaskState.LATE),
        (5, False, -1, TaskState.MET),
        (9, True, 0, TaskState.WITHDRAWN),
    ],
)
def test_enough_is_enough_and_its_own_day_is_not_late(sent, withdrawn, days, state):
    assert state_of(TaskPlan(5, DAY + timedelta(days=days)), sent, withdrawn, DAY) is state
