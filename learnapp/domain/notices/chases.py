"""督办: of units alone; a 提醒函 first, then a 督办单; closed by a rule that the system watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.progress.figures import Counts

LONGEST_DAYS = 90
_MOST_PEOPLE = 100_000


class ChaseKind(StrEnum):
    """What a unit is sent."""

    LETTER = "letter"  # 提醒函
    ORDER = "order"  # 督办单


class ChaseState(StrEnum):
    """draft → issued → closed, when the condition holds; a draft can be dropped."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    DROPPED = "dropped"


ACTIVE_CHASES = (ChaseState.DRAFT, ChaseState.ISSUED)


class ConditionKind(StrEnum):
    """By which figure of the unit, with all below it, a chase is closed."""

    BEHIND = "behind"  # at most so many people with something overdue
    DUE_SHARE = "due_share"  # at least so many per cent of what is due done
    TASK_SHARE = "task_share"  # at least so many per cent of all that is owed done


@dataclass(frozen=True)
class Condition:
    """When a chase is closed: a figure and its target, in people or in per cent."""

    kind: ConditionKind
    target: int

    def holds(self, counts: Counts) -> bool:
        """Whether the unit's counts meet it; decided on counts, never on rounded shares."""
        if self.kind is ConditionKind.BEHIND:
            return counts.behind <= self.target
        share = counts.due_share if self.kind is ConditionKind.DUE_SHARE else counts.task_share
        return share.whole == 0 or share.at_least(self.target, 100)

    def check(self) -> None:
        """Raise RuleBroken of "target" for one that nothing or everything meets."""
        least, most = (0, _MOST_PEOPLE) if self.kind is ConditionKind.BEHIND else (1, 100)
        if not least <= self.target <= most:
            raise RuleBroken("target", "target_out_of_range", least=least, most=most)


def check_deadline(due_on: date, today: date) -> None:
    """Raise RuleBroken of "due_on" for a day that has come, or one too far away."""
    if not today < due_on <= today + timedelta(days=LONGEST_DAYS):
        raise RuleBroken("due_on", "deadline_out_of_range", days=LONGEST_DAYS)


def check_order(letter_due: date | None, today: date) -> None:
    """Raise Conflict unless a 提醒函 about the same was issued and its day is over: a 督办单 comes after."""
    if letter_due is None:
        raise Conflict("letter_first")
    if letter_due >= today:
        raise Conflict("letter_still_running")


class ChaseStep(StrEnum):
    """What the system does with an issued chase."""

    CLOSE = "close"
    ESCALATE = "escalate"


@dataclass(frozen=True)
class RunningChase:
    """An issued chase as it is watched."""

    condition: Condition
    due_on: date
    escalated: bool


def next_step(chase: RunningChase, counts: Counts, today: date) -> ChaseStep | None:
    """Closed as soon as the condition holds; once its day is over escalated, and only once."""
    if chase.condition.holds(counts):
        return ChaseStep.CLOSE
    if today > chase.due_on and not chase.escalated:
        return ChaseStep.ESCALATE
    return None
