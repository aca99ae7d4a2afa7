"""Planning a revision: which lines keep their days, where the others go, what publishing changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, TypeVar

from learnapp.domain.core.calendar import end_of, spread, week_end
from learnapp.domain.core.errors import RuleBroken


@dataclass(frozen=True)
class PlannedLine:
    """A requirement of a revision as planning sees it; an exam's days are those of its window, a
    `pinned` line was given its day by hand."""

    item_id: int
    plan_day: date
    due_at: datetime
    by_window: bool = False
    pinned: bool = False

    @property
    def spread(self) -> bool:
        """Whether its day follows from the study days of the stage."""
        return not (self.by_window or self.pinned)


def is_past(line: PlannedLine, today: date) -> bool:
    """Whether a published line is planned before today: a revision leaves it as it is."""
    return line.plan_day < today


def arrange(
    lines: Sequence[PlannedLine],
    published: Mapping[int, PlannedLine],
    study_days: Sequence[date],
    stage: Dated,
    today: date,
) -> list[PlannedLine]:
    """The lines of a draft, in the given order, with the days they get when published today.

    What the published revision planned before today keeps its day and due time. The portions after
    it are spread over the study days that are left, unless they are the very ones that were
    published and the stage still holds all their days: then nothing moves. Pinned lines keep a day
    of the stage that is still to come. Each is due at the end of its study week, and nothing after
    the stage. Raises RuleBroken("last_day", "stage_is_over") when portions are left and no study
    day is.
    """
    unmoved = {id_: line for id_, line in published.items() if is_past(line, today)}
    held = _held(lines, stage, today)
    free = [line.item_id for line in lines if line.item_id not in unmoved.keys() | held]
    same = [
        id_ for id_, line in published.items() if id_ not in unmoved.keys() | held and line.spread
    ]
    if set(free) == set(same) and all(_within(published[id_], stage) for id_ in same):
        unmoved |= {id_: published[id_] for id_ in same}
        free = []
    days = [day for day in study_days if day >= today]
    if free and not days:
        raise RuleBroken("last_day", "stage_is_over")
    planned = dict(zip(free, spread(days, len(free)), strict=True))
    return [
        unmoved[line.item_id]
        if line.item_id in unmoved
        else line
        if line.item_id in held
        else _planned_on(line, planned[line.item_id], stage)
        for line in lines
    ]


def _planned_on(line: PlannedLine, day: date, stage: Dated) -> PlannedLine:
    due_at = min(week_end(day), end_of(stage.last_day))
    return replace(line, plan_day=day, due_at=due_at)


def _within(line: PlannedLine, stage: Dated) -> bool:
    """Whether the stage holds a line's day and due time."""
    return stage.first_day <= line.plan_day and line.due_at <= end_of(stage.last_day)


def _held(lines: Sequence[PlannedLine], stage: Dated, today: date) -> set[int]:
    """The items whose days do not follow from the study days: exams, and what is pinned to a day of
    the stage that is still to come."""
    return {
        line.item_id
        for line in lines
        if line.by_window
        or (line.pinned and max(today, stage.first_day) <= line.plan_day <= stage.last_day)
    }


@dataclass(frozen=True)
class Changes:
    """What publishing a draft changes against the revision in force, as item ids."""

    added: tuple[int, ...]
    moved: tuple[int, ...]
    dropped: tuple[int, ...]


def changes(arranged: Iterable[PlannedLine], published: Mapping[int, PlannedLine]) -> Changes:
    """Lines added, given other days, and dropped."""
    draft = {line.item_id: line for line in arranged}
    moved = [
        id_
        for id_, line in draft.items()
        if id_ in published
        and (line.plan_day, line.due_at) != (published[id_].plan_day, published[id_].due_at)
    ]
    return Changes(
        added=tuple(id_ for id_ in draft if id_ not in published),
        moved=tuple(moved),
        dropped=tuple(id_ for id_ in published if id_ not in draft),
    )


class Dated(Protocol):
    """Anything with a first and a last day, both included."""

    @property
    def first_day(self) -> date:
        """The first day."""

    @property
    def last_day(self) -> date:
        """The last day."""


Stage = TypeVar("Stage", bound=Dated)


def running_first(stages: Collection[Stage], today: date) -> list[Stage]:
    """Stages as a chooser lists them: those that run, the newest first; to come; past."""

    def place(stage: Stage) -> tuple[int, int]:
        if stage.first_day <= today <= stage.last_day:
            return 0, -stage.first_day.toordinal()
        if stage.first_day > today:
            return 1, stage.first_day.toordinal()
        return 2, -stage.last_day.toordinal()

    return sorted(stages, key=place)
