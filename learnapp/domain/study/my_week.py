"""Which part of a person's week an item belongs to, by its state."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.progress.figures import PersonDuty
from learnapp.domain.study.owed import NOT_PASSED, OVERDUE, WAITING, Owed, OwedState


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


def group_of(owed: Owed, duty: PersonDuty | None, week: tuple[date, date]) -> WeekGroup | None:
    """The part of the week that an item belongs to; None for what was done or excused in another.

    `week` is Monday and Sunday. `duty` is None for what is not asked any more.
    """
    state = owed.state
    if state is OwedState.ANSWERING:
        return WeekGroup.ANSWERING
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
    monday, sunday = week
    if state in (OwedState.DONE, OwedState.EXCUSED):
        this_week = duty.duty.due_at > start_of(monday) and duty.duty.plan_day <= sunday
        done = WeekGroup.DONE if state is OwedState.DONE else WeekGroup.EXCUSED
        return done if this_week else None
    due = duty.due.at is not None and duty.due.at <= end_of(sunday)
    # What is due later for this person than for others, after an absence or a late joining, is later.
    postponed = duty.due.at is not None and duty.due.at > duty.duty.due_at
    planned = duty.duty.plan_day <= sunday and not postponed
    return WeekGroup.DUE if due or planned else WeekGroup.LATER
