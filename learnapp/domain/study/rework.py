"""补课重做: readings of a stage that a unit does again; a line of its own, past figures stay as they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.share import Share

LONGEST_DAYS = 90
MOST_PEOPLE = 1_000  # of one rework; larger units do it by their parts


@dataclass(frozen=True)
class NewRework:
    """What a unit with all below it does again: which items of a stage, why, by which day."""

    stage_id: int
    unit_id: int
    item_ids: frozenset[int]
    reason: str
    due_on: date


def check_rework(new: NewRework, offered: Collection[int], people: int, today: date) -> None:
    """Raise RuleBroken: of "items" (items_needed, requirement_unknown), "reason" (reason_needed),
    "due_on" (deadline_out_of_range), "unit" (rework_of_nobody, rework_too_many)."""
    if not new.item_ids:
        raise RuleBroken("items", "items_needed")
    if not new.item_ids <= set(offered):
        raise RuleBroken("items", "requirement_unknown")
    if not new.reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if not today < new.due_on <= today + timedelta(days=LONGEST_DAYS):
        raise RuleBroken("due_on", "deadline_out_of_range", days=LONGEST_DAYS)
    if not people:
        raise RuleBroken("items", "rework_of_nobody")
    if people > MOST_PEOPLE:
        raise RuleBroken("items", "rework_too_many", most=MOST_PEOPLE)


@dataclass(frozen=True)
class ReworkCounts:
    """How much a rework asks and how much of it was done again."""

    owed: int = 0
    done: int = 0

    @property
    def share(self) -> Share:
        """Done of what it asks; of its own line, in no other figure."""
        return Share(self.done, self.owed)

    @property
    def left(self) -> int:
        """What was not done again yet."""
        return self.owed - self.done

    def is_overdue(self, due_on: date, today: date) -> bool:
        """Whether something is left after its day."""
        return self.left > 0 and due_on < today
