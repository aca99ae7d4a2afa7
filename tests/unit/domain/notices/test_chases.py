"""督办: after a 提醒函, closed by its condition, escalated once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.notices.chases import (
    ChaseStep,
    Condition,
    ConditionKind,
    RunningChase,
    check_deadline,
    check_order,
    next_step,
)
from learnapp.domain.progress.figures import Counts

TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)
COUNTS = Counts(people=10, owed=1000, done=899, due=500, due_done=450, behind=3)


@pytest.mark.parametrize(
    ("kind", "target", "holds"),
    [
        (ConditionKind.BEHIND, 3, True),
        (ConditionKind.BEHIND, 2, False),
        (ConditionKind.DUE_SHARE, 90, True),
        (ConditionKind.DUE_SHARE, 91, False),
        (ConditionKind.TASK_SHARE, 89, True),
        (ConditionKind.TASK_SHARE, 90, False),  # 89.9 % is no 90 %
    ],
)
def test_a_condition_is_decided_on_counts(kind, target, holds):
    assert Condition(kind, target).holds(COUNTS) is holds


def test_a_unit_that_owes_nothing_is_chased_for_nothing():
    assert Condition(ConditionKind.DUE_SHARE, 100).holds(Counts())


@pytest.mark.parametrize(
    ("kind", "target"),
    [(ConditionKind.BEHIND, -1), (ConditionKind.DUE_SHARE, 0), (ConditionKind.TASK_SHARE, 101)],
)
def test_a_condition_that_everything_or_nothing_meets_is_refused(kind, target):
    with pytest.raises(RuleBroken):
        Condition(kind, target).check()


def test_a_deadline_lies_ahead():
    check_deadline(TODAY + timedelta(days=1), TODAY)
    for wrong in (TODAY, TODAY + timedelta(days=91)):
        with pytest.raises(RuleBroken):
            check_deadline(wrong, TODAY)


def test_a_letter_comes_first_and_has_its_time():
    check_order(YESTERDAY, TODAY)
    for letter in (None, TODAY):
        with pytest.raises(Conflict):
            check_order(letter, TODAY)


def test_a_chase_is_closed_when_its_condition_holds_and_escalated_once():
    met, unmet = Condition(ConditionKind.BEHIND, 3), Condition(ConditionKind.BEHIND, 0)
    assert next_step(RunningChase(met, YESTERDAY, False), COUNTS, TODAY) is ChaseStep.CLOSE
    assert next_step(RunningChase(unmet, TODAY, False), COUNTS, TODAY) is None
    assert next_step(RunningChase(unmet, YESTERDAY, False), COUNTS, TODAY) is ChaseStep.ESCALATE
    assert next_step(RunningChase(unmet, YESTERDAY, True), COUNTS, TODAY) is None
