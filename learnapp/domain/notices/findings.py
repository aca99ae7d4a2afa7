"""指导组发现的问题: 发现 → 整改 → 销号; answered by the unit, closed by the group alone."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from learnapp.domain.core.errors import Conflict, RuleBroken

LONGEST_DAYS = 180


class FindingState(StrEnum):
    """open → answered → closed; answered → returned → answered; withdrawn where it was no problem."""

    OPEN = "open"  # 待整改
    ANSWERED = "answered"  # 待复核
    RETURNED = "returned"  # 退回整改
    CLOSED = "closed"  # 已销号
    WITHDRAWN = "withdrawn"  # 已撤回


class FindingStep(StrEnum):
    """What is done about a finding: the first by the unit, the others by the group."""

    ANSWER = "answer"
    RETURN = "return"
    CLOSE = "close"
    WITHDRAW = "withdraw"


WITH_UNIT = (FindingState.OPEN, FindingState.RETURNED)
RUNNING = (*WITH_UNIT, FindingState.ANSWERED)

_AFTER = {
    FindingStep.ANSWER: FindingState.ANSWERED,
    FindingStep.RETURN: FindingState.RETURNED,
    FindingStep.CLOSE: FindingState.CLOSED,
    FindingStep.WITHDRAW: FindingState.WITHDRAWN,
}
_FROM = {
    FindingStep.ANSWER: RUNNING,
    FindingStep.RETURN: (FindingState.ANSWERED,),
    FindingStep.CLOSE: (FindingState.ANSWERED,),
    FindingStep.WITHDRAW: RUNNING,
}


def after(state: FindingState, step: FindingStep) -> FindingState:
    """The state after a step. Raises Conflict("finding_ended", "finding_not_answered")."""
    if state not in RUNNING:
        raise Conflict("finding_ended")
    if state not in _FROM[step]:
        raise Conflict("finding_not_answered")
    return _AFTER[step]


def steps_from(state: FindingState) -> frozenset[FindingStep]:
    """The steps that are open in a state."""
    return frozenset(step for step, states in _FROM.items() if state in states)


def is_overdue(state: FindingState, due_on: date, today: date) -> bool:
    """Whether the unit still owes its rectification after the day."""
    return state in WITH_UNIT and due_on < today


def check_due(due_on: date, today: date) -> None:
    """Raise RuleBroken of "due_on" for a day that has come, or one too far away."""
    if not today < due_on <= today + timedelta(days=LONGEST_DAYS):
        raise RuleBroken("due_on", "deadline_out_of_range", days=LONGEST_DAYS)
