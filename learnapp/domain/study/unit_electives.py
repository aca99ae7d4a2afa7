"""自选动作: what a unit offers its people beside 规定动作; it enters no required share and no verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import end_of, week_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.progress.figures import DutyState, PersonDuty
from learnapp.domain.study.programme import Audience, Due, Duty

_LONGEST = timedelta(days=366)
_USUAL_WEEKS = 4


class ElectiveKind(StrEnum):
    """What can be offered."""

    READING = "reading"
    EXAM = "exam"
    SESSION = "session"


@dataclass(frozen=True)
class OfferedThing:
    """What is to be offered, of which unit, and until when where that follows from the thing itself."""

    kind: ElectiveKind
    id: int
    title: str
    owner_unit_id: int
    last_day: date | None
    practice: bool = False
    starts_at: datetime | None = None


def may_offer(thing: OfferedThing, above: Collection[int], own: Collection[int]) -> bool:
    """Whether a thing may be offered in a unit. `above`: the unit and all above it; `own`: of the units
    that the actor answers for those that own something.

    A reading comes from above or from a unit of one's own. An exam is one's own, or practice from
    above: an exam that a superior unit holds is not opened to others. A session is held for the unit,
    so by it or by one above.
    """
    if thing.kind is ElectiveKind.SESSION:
        return thing.owner_unit_id in above
    if thing.kind is ElectiveKind.EXAM and not thing.practice:
        return thing.owner_unit_id in own
    return thing.owner_unit_id in above or thing.owner_unit_id in own


def usual_last_day(today: date) -> date:
    """Until when a reading is offered by default: the fourth Sunday from now."""
    return week_of(today)[1] + timedelta(weeks=_USUAL_WEEKS - 1)


def check_last_day(last_day: date, today: date) -> None:
    """Raise RuleBroken("last_day", "date_unlikely") for a day gone by or more than a year ahead."""
    if not today <= last_day <= today + _LONGEST:
        raise RuleBroken("last_day", "date_unlikely")


@dataclass(frozen=True)
class Offer:
    """An item that a unit of a person offers them; `starts_at` and `place` of a session."""

    elective_id: int
    item_id: int
    unit_id: int
    unit: str
    first_day: date
    last_day: date
    starts_at: datetime | None = None
    place: str = ""


def duty_of(offer: Offer, done: bool, now: datetime) -> PersonDuty:
    """An offer as a duty that is not required: no absence moves it and it is never overdue."""
    due_at = end_of(offer.last_day)
    duty = Duty(
        -offer.elective_id,
        offer.item_id,
        required=False,
        plan_day=offer.first_day,
        due_at=due_at,
        audience=Audience(frozenset({offer.unit_id})),
    )
    return PersonDuty(duty, DutyState.DONE if done else DutyState.OWED, Due(max(due_at, now)))
