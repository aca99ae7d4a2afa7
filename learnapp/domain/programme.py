"""What a programme asks, of whom and by when: requirements, audiences, absences and their effect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from learnapp.domain.calendar import local_day, week_end


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
    TRAVEL_REPORTED = "travel_reported"  # 外出报备


class AbsenceEffect(StrEnum):
    """What an absence does to what falls due inside it."""

    DEFERS = "defers"  # 顺延补学
    EXCUSES = "excuses"
    NONE = "none"


EFFECTS: dict[AbsenceKind, AbsenceEffect] = {
    AbsenceKind.LEAVE: AbsenceEffect.DEFERS,
    AbsenceKind.LONG_LEAVE: AbsenceEffect.EXCUSES,
    AbsenceKind.DUTY: AbsenceEffect.DEFERS,
    AbsenceKind.TRAVEL_REPORTED: AbsenceEffect.NONE,
}


@dataclass(frozen=True)
class Audience:
    """A rule over units (with all below), category and basis; an empty set means any."""

    unit_ids: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()

    def holds(self, units_above: frozenset[int], category: str, basis: str) -> bool:
        """Whether a counting member belongs; `units_above` is the own unit and all above it."""
        return (
            (not self.unit_ids or bool(self.unit_ids & units_above))
            and (not self.categories or category in self.categories)
            and (not self.bases or basis in self.bases)
        )

    def to_json(self) -> dict[str, Any]:
        """As stored with a requirement."""
        return {
            "units": sorted(self.unit_ids),
            "categories": sorted(self.categories),
            "bases": sorted(self.bases),
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Audience:
        """The inverse of to_json; missing keys mean any."""
        return cls(
            frozenset(raw.get("units", ())),
            frozenset(raw.get("categories", ())),
            frozenset(raw.get("bases", ())),
        )


@dataclass(frozen=True)
class Duty:
    """One requirement as the figures need it."""

    requirement_id: int
    item_id: int
    required: bool
    plan_day: date
    due_at: datetime
    audience: Audience


@dataclass(frozen=True)
class Away:
    """An absence as the figures need it: civil days, both included."""

    first_day: date
    last_day: date
    effect: AbsenceEffect


@dataclass(frozen=True)
class Due:
    """When a duty falls due for one person, after absences; None when it is excused."""

    at: datetime | None
    deferred: bool = False


def due_for(duty_due: datetime, absences: Iterable[Away]) -> Due:
    """When what is due at `duty_due` falls due for a person with these absences.

    An excusing absence that holds the due day excuses. A deferring one moves the due time to the end
    of the study week after the one in which the absence ends (顺延补学), which another absence may
    hold in turn.
    """
    at, deferred = duty_due, False
    for away in sorted(absences, key=lambda a: (a.first_day, a.last_day)):
        # 24:00 of a day is 0:00 of the next: the day it belongs to is the one before.
        day = local_day(at - timedelta(microseconds=1))
        if not away.first_day <= day <= away.last_day:
            continue
        if away.effect is AbsenceEffect.EXCUSES:
            return Due(None)
        if away.effect is AbsenceEffect.DEFERS:
            at, deferred = week_end(away.last_day + timedelta(days=7)), True
    return Due(at, deferred)
