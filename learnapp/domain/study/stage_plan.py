"""The stages of a programme planned: by a template, backward from the end over study days, in another year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from learnapp.domain.core.calendar import ZONE, StudyCalendar, local_day, local_time
from learnapp.domain.core.errors import RuleBroken

LONGEST_STAGE = timedelta(days=730)
_USUAL_WEEKS = 4
_LONGEST_SEARCH = timedelta(days=1100)


@dataclass(frozen=True)
class StagePlan:
    """A stage as an admin plans it; both days included."""

    name: str
    first_day: date
    last_day: date


class DatedStage(Protocol):
    """Anything from a first to a last day, both included."""

    @property
    def first_day(self) -> date:
        """The first day of it."""

    @property
    def last_day(self) -> date:
        """The last day of it."""


def overlap(one: DatedStage, other: DatedStage) -> bool:
    """Whether two stages have a day in common (压茬); each has a figure of its own all the same, and
    what both ask of a person is owed once."""
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def usual_days(after: date) -> tuple[date, date]:
    """The days that a form offers for a stage: four study weeks from the Monday after a day."""
    first = after + timedelta(days=7 - after.weekday())
    return first, first + timedelta(weeks=_USUAL_WEEKS, days=-1)


class Template(StrEnum):
    """What a programme may begin as."""

    CAMPAIGN = "campaign"  # 三个环节的集中学习教育
    STANDING_YEAR = "standing_year"  # 常态化学习的一年，按季度


# The name of each stage with its share of the study days, in hundredths.
TEMPLATES: dict[Template, tuple[tuple[str, int], ...]] = {
    Template.CAMPAIGN: (("学习教育", 40), ("查纠整改", 40), ("总结提升", 20)),
    Template.STANDING_YEAR: (("第一季", 25), ("第二季", 25), ("第三季", 25), ("第四季", 25)),
}


def check_stage(stage: StagePlan, calendar: StudyCalendar) -> None:
    """Raise RuleBroken(field, code) unless a stage has a name, days in order, at most two years of
    them, and a study day among them."""
    if not stage.name.strip():
        raise RuleBroken("stage_name", "name_needed")
    if stage.last_day < stage.first_day:
        raise RuleBroken("last_day", "dates_out_of_order")
    if stage.last_day - stage.first_day > LONGEST_STAGE:
        raise RuleBroken("last_day", "stage_too_long")
    if not calendar.study_days(stage.first_day, stage.last_day):
        raise RuleBroken("last_day", "no_study_days")


def plan_backward(
    template: Template, last_day: date, study_days: int, calendar: StudyCalendar
) -> list[StagePlan]:
    """The stages of a template, the last of which ends on `last_day`, with so many study days in all.

    Each has its share of them, rounded down but at least one; what is left over goes to the first.
    A stage begins on a study day and lasts until the day before the next. Raises
    RuleBroken("study_days", code): too_few_study_days, too_many_study_days.
    """
    wanted = TEMPLATES[template]
    if study_days < len(wanted):
        raise RuleBroken("study_days", "too_few_study_days", least=len(wanted))
    found = _study_days_before(last_day, study_days, calendar)
    lengths = [max(1, study_days * share // 100) for _, share in wanted]
    lengths[0] += study_days - sum(lengths)
    firsts, at = [], 0
    for length in lengths:
        firsts.append(found[at])
        at += length
    ends = [first - timedelta(days=1) for first in firsts[1:]] + [last_day]
    return [
        StagePlan(name, first, last)
        for (name, _), first, last in zip(wanted, firsts, ends, strict=True)
    ]


def _study_days_before(last_day: date, count: int, calendar: StudyCalendar) -> list[date]:
    """The last `count` study days up to a day, in order."""
    found: list[date] = []
    day = last_day
    while len(found) < count:
        if last_day - day > _LONGEST_SEARCH:
            raise RuleBroken("study_days", "too_many_study_days")
        if calendar.is_study_day(day):
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def moved(stages: Sequence[StagePlan], first_day: date) -> list[StagePlan]:
    """Stages that begin on another day: each as long as it was and as far from the first."""
    by = first_day - min(each.first_day for each in stages)
    return [StagePlan(each.name, each.first_day + by, each.last_day + by) for each in stages]


def weeks_between(old: date, new: date) -> timedelta:
    """The whole weeks nearest to the days from one to the other: what was on a Thursday stays there."""
    return timedelta(days=7 * round((new - old).days / 7))


def same_time_later(at: datetime, by: timedelta) -> datetime:
    """The same time of day in the programme's zone, so many days later."""
    clock: time = local_time(at)
    return datetime.combine(local_day(at) + by, clock, tzinfo=ZONE)


# The longest form first: a full date is one, not a month and a day.
_NAMED = re.compile(
    r"(?<![\d年])(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?"
)


def retitled(title: str, old: date, new: date) -> str:
    """A title that names the old day, month or year, naming the new one; any other as it is. Of another
    day or month of the old year the year alone is changed."""

    def said(found: re.Match[str]) -> str:
        named = {unit: int(each) for unit, each in found.groupdict().items() if each is not None}
        if set(named) == {"month"} or not named:  # a month of no year may be any
            return found.group()
        if any(each != getattr(old, unit) for unit, each in named.items()):
            other_year = f"{new.year}年" if named.get("year") == old.year else None
            return found.group() if other_year is None else other_year + found.group()[5:]
        signs = zip(("year", "month", "day"), "年月日", strict=True)
        return "".join(f"{getattr(new, unit)}{sign}" for unit, sign in signs if unit in named)

    return _NAMED.sub(said, title)
