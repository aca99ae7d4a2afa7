"""Which part of a person's week an item belongs to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.progress.figures import DutyState, PersonDuty
from learnapp.domain.study.my_week import WeekGroup, can_be_done, group_of, next_step
from learnapp.domain.study.owed import NOT_PASSED, OVERDUE, WAITING, Owed, OwedState, Target
from learnapp.domain.study.programme import Audience, Due, Duty
from tests.unit.domain.instants import DAY, MONDAY, SUNDAY

WEEK = (MONDAY, SUNDAY)
NEXT = SUNDAY + timedelta(days=1)
G, S = WeekGroup, OwedState


def owed(state: OwedState) -> Owed:
    return Owed(state, Target.EXAMS)


def duty(plan_day: date, due_at: datetime, due: Due | None = None) -> PersonDuty:
    asked = Duty(1, 1, True, plan_day, due_at, Audience())
    return PersonDuty(asked, DutyState.OWED, due or Due(due_at))


THIS_WEEK = duty(MONDAY, end_of(SUNDAY))


@pytest.mark.parametrize("asked", [None, THIS_WEEK])
@pytest.mark.parametrize("state", sorted(OVERDUE | NOT_PASSED | WAITING | {S.ANSWERING}))
def test_what_calls_for_somebody_is_shown_in_every_week(state, asked):
    group = (
        G.ANSWERING
        if state is S.ANSWERING
        else G.MISSED
        if state is S.OVERDUE_CLOSED
        else G.OVERDUE
        if state in OVERDUE
        else G.NOT_PASSED
        if state in NOT_PASSED
        else G.WAITING
    )
    assert group_of(owed(state), asked, WEEK) is group


@pytest.mark.parametrize("state", [S.DONE, S.EXCUSED, S.TO_DO, S.NOT_OPEN])
def test_what_is_not_asked_any_more_is_in_no_part(state):
    assert group_of(owed(state), None, WEEK) is None


@pytest.mark.parametrize(("state", "group"), [(S.DONE, G.DONE), (S.EXCUSED, G.EXCUSED)])
@pytest.mark.parametrize(
    ("plan_day", "due_at", "shown"),
    [
        (MONDAY, end_of(SUNDAY), True),
        (MONDAY - DAY, start_of(MONDAY), False),
        (MONDAY - DAY, start_of(MONDAY) + timedelta(seconds=1), True),
        (SUNDAY, end_of(NEXT), True),
        (NEXT, end_of(NEXT), False),
    ],
)
def test_what_is_done_or_excused_is_shown_in_its_own_week(state, group, plan_day, due_at, shown):
    assert group_of(owed(state), duty(plan_day, due_at), WEEK) is (group if shown else None)


@pytest.mark.parametrize(
    ("item", "group"),
    [
        (THIS_WEEK, G.DUE),
        (duty(NEXT, end_of(SUNDAY)), G.DUE),
        (duty(SUNDAY, end_of(NEXT)), G.DUE),
        (duty(NEXT, end_of(NEXT)), G.LATER),
        (duty(MONDAY, end_of(SUNDAY), Due(end_of(NEXT), deferred=True)), G.LATER),
        (duty(MONDAY, end_of(SUNDAY), Due(end_of(SUNDAY), deferred=True)), G.DUE),
        (duty(MONDAY, end_of(SUNDAY), Due(end_of(NEXT))), G.LATER),  # of who joined late
        (duty(NEXT, end_of(NEXT), Due(None)), G.LATER),
        (duty(MONDAY, end_of(SUNDAY), Due(None)), G.DUE),
    ],
)
def test_what_is_to_do_is_due_this_week_or_later(item, group):
    assert group_of(owed(S.TO_DO), item, WEEK) is group


@pytest.mark.parametrize(
    ("state", "planned", "group"),
    [
        (S.DONE, MONDAY, G.DONE),
        (S.DONE, NEXT, None),
        (S.TO_DO, NEXT, G.ELECTIVE),
        (S.EXCUSED, MONDAY, None),
        (S.OVERDUE_CLOSED, MONDAY, None),
    ],
)
def test_what_is_not_required_is_done_in_its_week_and_never_missed(state, planned, group):
    elective = Duty(1, 1, False, planned, end_of(SUNDAY), Audience())
    item = PersonDuty(elective, DutyState.OWED, Due(end_of(SUNDAY)))
    assert group_of(owed(state), item, WEEK) is group


SOON, LATER = end_of(MONDAY), end_of(SUNDAY)


def to_do(until: datetime, target: Target = Target.PORTION) -> Owed:
    return Owed(S.TO_DO, target, until, window_id=7 if target is Target.WINDOW else None)


@pytest.mark.parametrize(
    ("item", "can"),
    [
        (to_do(SOON), True),
        (to_do(SOON, Target.WINDOW), True),
        (Owed(S.NOT_OPEN, Target.EXAMS, opens_at=SOON), False),
        (Owed(S.VOIDED_OPEN, Target.RESULT, opens_at=SOON), False),
        (Owed(S.AWAITING_MARKS, Target.RESULT), False),
        (Owed(S.OVERDUE_OPEN, Target.PORTION), True),
        (Owed(S.OVERDUE_CLOSED, Target.EXAMS), False),
        (Owed(S.REMEDIAL, Target.WAY_BACK, LATER, window_id=1), True),
        (Owed(S.EXCUSED, Target.WINDOW, LATER, window_id=1), False),
        (Owed(S.DONE, Target.PORTION), False),
    ],
)
def test_only_what_can_be_done_where_its_target_leads_is_offered(item, can):
    assert can_be_done(item) is can


def test_what_runs_comes_first_then_what_is_due_the_soonest_then_what_is_owed_from_before():
    late = Owed(S.OVERDUE_OPEN, Target.PORTION)
    groups = {G.OVERDUE: [late], G.LATER: [to_do(LATER)]}
    assert next_step(groups) == (G.OVERDUE, 0)
    groups[G.DUE] = [to_do(LATER), to_do(SOON), to_do(SOON)]
    assert next_step(groups) == (G.DUE, 1)
    groups[G.ANSWERING] = [Owed(S.ANSWERING, Target.PAPER, SOON, attempt="x")]
    assert next_step(groups) == (G.ANSWERING, 0)


def test_where_nothing_can_be_done_now_nothing_is_offered():
    assert next_step({}) is None
    assert next_step({G.DUE: [Owed(S.NOT_OPEN, Target.EXAMS)]}) is None
