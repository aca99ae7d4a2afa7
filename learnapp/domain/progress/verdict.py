"""Pace in a word (超前、基本同步、滞后), the day it is judged by, and 时间过半、任务过半."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import StudyCalendar, local_day, week_of
from learnapp.domain.core.share import Share


def time_share(calendar: StudyCalendar, first: date, last: date, as_of: datetime) -> Share:
    """Study days of the stage before `as_of`'s local date ÷ study days of the stage."""
    study_days = calendar.study_days(first, last)
    today = local_day(as_of)
    return Share(sum(1 for day in study_days if day < today), len(study_days))


class Verdict(StrEnum):
    """Pace in a word; a page adds a shape."""

    AHEAD = "ahead"  # 超前
    ON_PACE = "on_pace"  # 基本同步
    BEHIND = "behind"  # 滞后
    FAR_BEHIND = "far_behind"  # 严重滞后
    NOTHING_OWED = "nothing_owed"
    NOT_BEGUN = "not_begun"


def _pace_at_least(time: Share, task: Share, percent: int) -> bool:
    """Whether task_share ÷ time_share ≥ percent/100, in whole numbers."""
    return task.part * time.whole * 100 >= percent * task.whole * time.part


def verdict(time: Share, task: Share) -> Verdict:
    """超前 ≥ 1, 基本同步 ≥ 0.95, 滞后 ≥ 0.8, 严重滞后 below; undefined while no time has passed."""
    if task.whole == 0:
        return Verdict.NOTHING_OWED
    if time.part == 0:
        return Verdict.NOT_BEGUN
    steps = ((100, Verdict.AHEAD), (95, Verdict.ON_PACE), (80, Verdict.BEHIND))
    for percent, word in steps:
        if _pace_at_least(time, task, percent):
            return word
    return Verdict.FAR_BEHIND


@dataclass(frozen=True)
class Checkpoint:
    """What a unit is judged by: its shares at the end of the last study week that is over."""

    day: date  # the last one of that week
    time: Share
    task: Share

    @property
    def verdict(self) -> Verdict:
        """The pace of that day in a word."""
        return verdict(self.time, self.task)


def last_checkpoint(first: date, as_of: datetime) -> date | None:
    """The last day of the last study week that is over, of a stage that begins on `first`; None before
    the stage's first week has ended.

    What is planned for a day is due by its week's end: in mid-week everybody would lag.
    """
    sunday = week_of(local_day(as_of))[0] - timedelta(days=1)
    return sunday if sunday >= first else None


def half_time_half_task(time: Share, task: Share, judged: Checkpoint | None) -> bool:
    """时间过半、任务过半 holds iff time ≥ ½ and task ≥ ½ now, and pace ≥ 0.95 at the last checkpoint."""
    return (
        time.at_least(1, 2)
        and task.at_least(1, 2)
        and judged is not None
        and judged.time.part > 0
        and judged.task.whole > 0
        and _pace_at_least(judged.time, judged.task, 95)
    )


def gap_to_half(time: Share, task: Share, judged: Checkpoint | None) -> int:
    """How many more duties must be done for the sentence to hold; 0 when tasks are not the reason.

    For the pace: as many as were missing at the checkpoint, less what has been done since.
    """
    if task.whole == 0 or not time.at_least(1, 2):
        return 0
    for_half = -(-task.whole // 2)
    for_pace = 0
    if judged is not None and judged.time.whole:
        for_pace = -(-95 * task.whole * judged.time.part // (100 * judged.time.whole))
    return max(0, for_half - task.part, for_pace - task.part)


@dataclass(frozen=True)
class Lead:
    """How far the task is ahead of the time: which way by the counts, how far as shares are shown."""

    ahead: bool | None  # None: neither
    tenths: int  # of a percentage point, never below 0


def lead(time: Share, task: Share) -> Lead | None:
    """Task share less time share; None when either is undefined."""
    if time.permille is None or task.permille is None:
        return None
    exact = task.part * time.whole - time.part * task.whole
    return Lead(None if exact == 0 else exact > 0, abs(task.permille - time.permille))
