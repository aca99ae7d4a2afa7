"""What guidance groups found: which step follows which, and when the unit is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.notices.findings import (
    LONGEST_DAYS,
    FindingState,
    FindingStep,
    after,
    check_due,
    is_overdue,
    steps_from,
)

S, T = FindingState, FindingStep
TODAY = date(2026, 12, 1)


def test_the_unit_answers_and_the_group_returns_or_closes_what_was_answered():
    assert after(S.OPEN, T.ANSWER) is S.ANSWERED
    assert after(S.ANSWERED, T.RETURN) is S.RETURNED
    assert after(S.RETURNED, T.ANSWER) is S.ANSWERED
    assert after(S.ANSWERED, T.CLOSE) is S.CLOSED
    for state in (S.OPEN, S.RETURNED):
        for step in (T.CLOSE, T.RETURN):
            with pytest.raises(Conflict, match="finding_not_answered"):
                after(state, step)


@pytest.mark.parametrize("state", [S.CLOSED, S.WITHDRAWN])
@pytest.mark.parametrize("step", FindingStep)
def test_what_has_ended_takes_no_further_step(state, step):
    assert not steps_from(state)
    with pytest.raises(Conflict, match="finding_ended"):
        after(state, step)


def test_what_is_offered_is_what_is_taken():
    for state in FindingState:
        for step in steps_from(state):
            assert after(state, step)


def test_a_unit_is_late_after_the_day_while_it_owes_an_answer():
    assert not is_overdue(S.OPEN, TODAY, TODAY)
    late = TODAY + timedelta(days=1)
    assert {each for each in S if is_overdue(each, TODAY, late)} == {S.OPEN, S.RETURNED}


@pytest.mark.parametrize("days", [-1, 0, LONGEST_DAYS + 1])
def test_a_day_that_has_come_or_is_too_far_away_is_refused(days):
    check_due(TODAY + timedelta(days=LONGEST_DAYS), TODAY)
    with pytest.raises(RuleBroken, match="deadline_out_of_range"):
        check_due(TODAY + timedelta(days=days), TODAY)
