"""What a programme asks, of whom and by when: requirements, audiences, absences and their effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from learnapp.domain.core.calendar import local_day, start_of, week_end


class ItemKind(StrEnum):
    """What can be asked for and completed."""

    PORTION = "portion"
    EXAM = "exam"
    ACTIVITY = "activity"


class RevisionState(StrEnum):
    """A revision is written as a draft and, once published, never changed."""

    DRAFT = "draft"
    PUBLISHED = "published"


class AbsenceKind(StrEnum):
    """Why a person is away; the reason itself is seen by who granted it alone."""

    LEAVE = "leave"  # 请假
    LONG_LEAVE = "long_leave"  # 长期病假、产假等
    DUTY = "duty"  # 值班备勤
    TRAINING = "training"  # 脱产培训
    TRAVEL_REPORTED = "travel_reported"  # 外出报备
    EXAM = "exam"  # 缓考、免考: approved for one exam, recorded by its approval alone


class AbsenceEffect(StrEnum):
    """What an absence does to what falls due inside it."""

    DEFERS = "defers"  # 顺延补学
    EXCUSES = "excuses"
    NONE = "none"


EFFECTS: dict[AbsenceKind, AbsenceEffect] = {
    AbsenceKind.LEAVE: AbsenceEffect.DEFERS,
    AbsenceKind.LONG_LEAVE: AbsenceEffect.EXCUSES,
    AbsenceKind.DUTY: AbsenceEffect.DEFERS,
    AbsenceKind.TRAINING: AbsenceEffect.DEFERS,
    AbsenceKind.TRAVEL_REPORTED: AbsenceEffect.NONE,
}
RECORDED_KINDS = tuple(EFFECTS)  # what is recorded of a person away


@dataclass(frozen=True)
class Audience:
    """A rule over units (with all below), category, basis and post (岗位); an empty set means any."""

    unit_ids: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()

    def holds(self, units_above: frozenset[int], category: str, basis: str, post: str) -> bool:
        """Whether a counting member belongs; `units_above` is the own unit and all above it, `post` is
        empty where none is recorded: who has none is in no audience of certain posts."""
        return (
            (not self.unit_ids or bool(self.unit_ids & units_above))
            and (not self.categories or category in self.categories)
            and (not self.bases or basis in self.bases)
            and (not self.posts or post in self.posts)
        )

    def to_json(self) -> dict[str, Any]:
        """As stored with a requirement."""
        stored = {
            "units": sorted(self.unit_ids),
            "categories": sorted(self.categories),
            "bases": sorted(self.bases),
        }
        return {**stored, "posts": sorted(self.posts)} if self.posts else stored

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Audience:
        """The inverse of to_json; missing keys mean any."""
        return cls(
            frozenset(raw.get("units", ())),
            frozenset(raw.get("categories", ())),
            frozenset(raw.get("bases", ())),
            frozenset(raw.get("posts", ())),
        )


ANYBODY = Audience()


@dataclass(frozen=True)
class Duty:
    """One requirement as the figures need it."""

    requirement_id: int
    item_id: int
    required: bool
    plan_day: date
    due_at: datetime
    audience: Audience
    by_window: bool = False  # an exam: it can be met while its windows are open
    stage_ends_at: datetime | None = None


@dataclass(frozen=True)
class AbsenceSpan:
    """An absence as the figures need it: civil days, both included.

    `item_id`: the one item that it concerns (an exam approved as 缓考 or 免考); None: whatever falls
    due in it.
    """

    first_day: date
    last_day: date
    effect: AbsenceEffect
    item_id: int | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds what falls due on a day. What was approved for one item holds it whenever
        it falls due, up to the last day where it defers."""
        if self.item_id is None:
            return self.first_day <= day <= self.last_day
        return self.effect is AbsenceEffect.EXCUSES or day <= self.last_day


def concerning(absences: Iterable[AbsenceSpan], item_id: int) -> tuple[AbsenceSpan, ...]:
    """Those of the absences that can hold an item: of any, and what was approved for it."""
    return tuple(each for each in absences if each.item_id in (None, item_id))


@dataclass(frozen=True)
class Due:
    """When a duty falls due for one person, after absences; None when it is excused."""

    at: datetime | None
    deferred: bool = False


def due_for(duty_due: datetime, absences: Iterable[AbsenceSpan]) -> Due:
    """When what is due at `duty_due` falls due for a person with these absences.

    An excusing absence that holds the due day excuses. A deferring one moves the due time to the end
    of the study week after the one in which the absence ends (顺延补学), which another absence may
    hold in turn.
    """
    at, deferred = duty_due, False
    for away in sorted(absences, key=lambda a: (a.first_day, a.last_day)):
        # 24:00 of a day is 0:00 of the next: the day it belongs to is the one before.
        day = local_day(at - timedelta(microseconds=1))
        if not away.holds(day):
            continue
        if away.effect is AbsenceEffect.EXCUSES:
            return Due(None)
        if away.effect is AbsenceEffect.DEFERS:
            at, deferred = week_end(away.last_day + timedelta(days=7)), True
    return Due(at, deferred)


# A late joiner gets a study week's end as due time only if so much of the week is left.
_SHORTEST_WEEK = timedelta(days=3)


def due_for_late_joiner(duties: Iterable[Duty], since: date) -> dict[int, datetime | None]:
    """Due times, by requirement, for what was planned before a person joined; None excuses.

    What can still be met is spread, in plan order, over the ends of the study weeks that are left of
    the stage. An exam whose window closed before, and anything of a stage that was over, is excused.
    """
    begins = start_of(since)
    found: dict[int, datetime | None] = {}
    missed: dict[datetime, list[Duty]] = {}
    for duty in duties:
        if duty.plan_day >= since:
            continue
        ends_at = duty.stage_ends_at or week_end(since)
        if duty.by_window:
            if duty.due_at <= begins:
                found[duty.requirement_id] = None
        elif ends_at <= begins:
            found[duty.requirement_id] = None
        else:
            missed.setdefault(ends_at, []).append(duty)
    for ends_at, late in missed.items():
        ends = _week_ends(since, ends_at)
        for number, duty in enumerate(sorted(late, key=lambda each: each.plan_day)):
            at = ends[number * len(ends) // len(late)]
            found[duty.requirement_id] = max(duty.due_at, at)
    return found


def _week_ends(since: date, ends_at: datetime) -> list[datetime]:
    """The ends of the study weeks from joining to the stage's end, without one that is too near."""
    found, day = [], since
    while week_end(day) < ends_at:
        if week_end(day) - start_of(since) >= _SHORTEST_WEEK:
            found.append(week_end(day))
        day += timedelta(days=7)
    return [*found, ends_at]
