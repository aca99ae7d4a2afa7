"""命题任务: a unit owes so many questions of a bank by a day; what has come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken

MOST_QUESTIONS = 1_000
LONGEST = timedelta(days=366)


class TaskState(StrEnum):
    """What a task is on a day."""

    RUNNING = "task_running"
    MET = "task_met"
    LATE = "task_late"
    WITHDRAWN = "task_withdrawn"


@dataclass(frozen=True)
class TaskPlan:
    """What is owed: how many questions, by the end of which day."""

    count: int
    due_on: date


def check_plan(plan: TaskPlan, today: date) -> None:
    """Raise RuleBroken("count", "count_out_of_range", most=…), or of "due_on": "day_past", "until_too_far"."""
    if not 1 <= plan.count <= MOST_QUESTIONS:
        raise RuleBroken("count", "count_out_of_range", most=MOST_QUESTIONS)
    if plan.due_on < today:
        raise RuleBroken("due_on", "day_past")
    if plan.due_on - today > LONGEST:
        raise RuleBroken("due_on", "until_too_far")


def state_of(plan: TaskPlan, delivered: int, withdrawn: bool, today: date) -> TaskState:
    """What the task is: met as soon as enough was sent to review, late once its day is over."""
    if withdrawn:
        return TaskState.WITHDRAWN
    if delivered >= plan.count:
        return TaskState.MET
    return TaskState.LATE if today > plan.due_on else TaskState.RUNNING
