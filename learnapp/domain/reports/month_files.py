"""迎检台账: what a month of a unit has to show, in which order, and what of it is missing and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken


class FilePart(StrEnum):
    """The parts of the files, in the order of 卷内目录."""

    PLAN = "plan"  # 学习计划
    NOTICE = "notice"  # 通知
    ROLL = "roll"  # 集中学习点名
    PAPER = "paper"  # 试卷和答案
    MARKS = "marks"  # 成绩册
    MAKE_UP = "make_up"  # 补考、补学名单
    DISPENSATION = "dispensation"  # 缓考、免考审批
    WEEKLY = "weekly"  # 周报
    CIRCULAR = "circular"  # 简报、通报
    CHASE = "chase"  # 提醒函、督办单
    FINDING = "finding"  # 问题整改
    REWORK = "rework"  # 补课重做


class MissingWhy(StrEnum):
    """Why a part, or a paper of it, is not in the files."""

    NOTHING = "nothing"  # there was none this month
    NO_RIGHT = "no_right"  # who asked for the files may not read it
    NOT_OVER = "not_over"  # its window is still open
    NOT_RELEASED = "not_released"  # its keys are not open yet
    ON_OWN_PAPER = "on_own_paper"  # its questions stand on a paper that who asked has not handed in
    NOT_SIGNED = "not_signed"  # it is here, but nobody has signed it


@dataclass(frozen=True)
class MonthOfUnit:
    """A unit with all below it, over a calendar month."""

    unit_id: int
    year: int
    month: int

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return (self.first_day + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    def check(self, today: date) -> None:
        """Raise RuleBroken of "month" for a month that has not begun."""
        if self.first_day > today:
            raise RuleBroken("month", "month_not_begun")


@dataclass(frozen=True)
class FileLine:
    """A line of 卷内目录: numbered where the paper is there, else why it is not."""

    part: FilePart
    number: int | None
    title: str
    missing: MissingWhy | None


def contents(found: Iterable[tuple[FilePart, str, MissingWhy | None]]) -> list[FileLine]:
    """卷内目录: what was found in the order of the parts, numbered on; a part of which nothing is there,
    and nothing is said to be missing, has a line that says so."""
    rows = sorted(found, key=lambda each: list(FilePart).index(each[0]))
    lines: list[FileLine] = []
    number = 0
    for part in FilePart:
        mine = [each for each in rows if each[0] is part]
        if not mine:
            lines.append(FileLine(part, None, "", MissingWhy.NOTHING))
        for _part, title, missing in mine:
            is_there = missing in (None, MissingWhy.NOT_SIGNED)
            number += is_there
            lines.append(FileLine(part, number if is_there else None, title, missing))
    return lines
