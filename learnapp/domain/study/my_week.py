"""Which part of a person's week an item belongs to, by its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.progress.figures import PersonDuty
from learnapp.domain.study.owed import NOT_PASSED, OVERDUE, WAITING, Owed, OwedState, Target


class WeekGroup(StrEnum):
    """The parts of the page, in its order."""

    ANSWERING = "answering"
    OVERDUE = "overdue"
    NOT_PASSED = "not_passed"
    DUE = "due"
    WAITING = "waiting"
    MISSED = "missed"
    DONE = "done"
    EXCUSED = "excused"
    LATER = "later"
    ELECTIVE = "elective"


def group_of(owed: Owed, duty: PersonDuty | None, week: tuple[date, date]) -> WeekGroup | None:
    """The part of the week that an item belongs to; None for what was done or excused in another.

    `week` is Monday and Sunday. `duty` is None for what is not asked any more. An elective is never
    overdue, missed or to be made up.
    """
    state = owed.state
    if state is OwedState.ANSWERING:
        return WeekGroup.ANSWERING
    if duty is not None and not duty.duty.required and state not in WAITING:
        return _group_of_elective(owed, duty, week)
    if state is OwedState.OVERDUE_CLOSED:  # nothing can be done: after what asks for something
        return WeekGroup.MISSED
    if state in OVERDUE:
        return WeekGroup.OVERDUE
    if state in NOT_PASSED:
        return WeekGroup.NOT_PASSED
    if state in WAITING:
        return WeekGroup.WAITING
    if duty is None:
        return None
    _monday, sunday = week
    if state in (OwedState.DONE, OwedState.EXCUSED):
        done = WeekGroup.DONE if state is OwedState.DONE else WeekGroup.EXCUSED
        return done if _in_week(duty, week) else None
    due = duty.due.at is not None and duty.due.at <= end_of(sunday)
    # What is due later for this person than for others, after an absence or a late joining, is later.
    postponed = duty.due.at is not None and duty.due.at > duty.duty.due_at
    planned = duty.duty.plan_day <= sunday and not postponed
    return WeekGroup.DUE if due or planned else WeekGroup.LATER


def _in_week(duty: PersonDuty, week: tuple[date, date]) -> bool:
    monday, sunday = week
    return duty.duty.due_at > start_of(monday) and duty.duty.plan_day <= sunday


def _group_of_elective(owed: Owed, duty: PersonDuty, week: tuple[date, date]) -> WeekGroup | None:
    if owed.state is OwedState.DONE:
        return WeekGroup.DONE if _in_week(duty, week) else None
    closed = (OwedState.EXCUSED, OwedState.OVERDUE_CLOSED, OwedState.FAILED, OwedState.VOIDED)
    return None if owed.state in closed else WeekGroup.ELECTIVE


# In this order what can be done is offered: what runs, then what is due, then what is owed from before.
_OFFERED = (
    WeekGroup.ANSWERING,
    WeekGroup.DUE,
    WeekGroup.NOT_PASSED,
    WeekGroup.OVERDUE,
    WeekGroup.LATER,
    WeekGroup.ELECTIVE,
)


def can_be_done(owed: Owed) -> bool:
    """Whether something can be done about it at this moment, where its target leads."""
    if owed.state in (OwedState.DONE, OwedState.EXCUSED) or owed.state in WAITING:
        return False
    if owed.target is Target.WINDOW:
        return owed.window_id is not None and owed.until is not None
    return owed.target in (Target.PORTION, Target.PAPER, Target.WAY_BACK)


def next_step(groups: Mapping[WeekGroup, Sequence[Owed]]) -> tuple[WeekGroup, int] | None:
    """What to go on with: its group and its place there; None when nothing can be done now.

    What is being answered comes first, its clock runs; then what is due this week, the soonest to
    end first and of two that end together the earlier in the list; then what was failed, overdue
    or comes later.
    """
    for group in _OFFERED:
        open_now = [
            (owed.until is None, owed.until or datetime.max.replace(tzinfo=UTC), place)
            for place, owed in enumerate(groups.get(group, ()))
            if can_be_done(owed)
        ]
        if open_now:
            return group, min(open_now)[2]
    return None
