"""评估验收 and 转段: what is recorded of a unit at the end of a stage, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken


class StageStep(StrEnum):
    """What was recorded; WITHDRAWN takes back the step before it, which stays in the record."""

    ACCEPTED = "accepted"  # 验收合格
    RETURNED = "returned"  # 退回补课
    MOVED_ON = "moved_on"  # 转段
    WITHDRAWN = "withdrawn"  # 撤回上一步


def standing_places(recorded: Sequence[StageStep]) -> list[int]:
    """Which of the recorded steps hold: their places, in the order in which they were recorded."""
    found: list[int] = []
    for place, step in enumerate(recorded):
        if step is not StageStep.WITHDRAWN:
            found.append(place)
        elif found:
            found.pop()
    return found


def position(recorded: Sequence[StageStep]) -> StageStep | None:
    """Where a unit is with a stage: the last step that holds; None before the first."""
    found = standing_places(recorded)
    return recorded[found[-1]] if found else None


def check_step(recorded: Sequence[StageStep], step: StageStep) -> None:
    """Raise RuleBroken("step", code) unless a step may follow: only a unit that was accepted moves on,
    one that has moved on is judged no more, and only what was recorded is withdrawn."""
    at = position(recorded)
    if step is StageStep.WITHDRAWN:
        if at is None:
            raise RuleBroken("step", "nothing_to_withdraw")
    elif step is StageStep.MOVED_ON:
        if at is not StageStep.ACCEPTED:
            raise RuleBroken("step", "not_accepted_yet")
    elif at is StageStep.MOVED_ON:
        raise RuleBroken("step", "moved_on_already")
