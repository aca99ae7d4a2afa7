"""自选动作: what may be offered in a unit, until when, and that it is never overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.calendar import start_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.progress.figures import DutyState
from learnapp.domain.study.unit_electives import (
    ElectiveKind,
    Offer,
    OfferedThing,
    check_last_day,
    duty_of,
    may_offer,
    usual_last_day,
)

TODAY = date(2026, 11, 25)  # a Wednesday
UP, HERE, BELOW, ELSEWHERE = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("kind", "practice", "owners"),
    [
        (ElectiveKind.READING, False, {UP, HERE, BELOW}),
        (ElectiveKind.EXAM, False, {HERE, BELOW}),
        (ElectiveKind.EXAM, True, {UP, HERE, BELOW}),
        (ElectiveKind.SESSION, False, {UP, HERE}),
    ],
)
def test_what_may_be_offered_depends_on_whose_it_is(kind, practice, owners):
    found = {
        owner
        for owner in (UP, HERE, BELOW, ELSEWHERE)
        if may_offer(OfferedThing(kind, 7, "一", owner, None, practice), {UP, HERE}, {HERE, BELOW})
    }
    assert found == owners


def test_a_reading_is_offered_for_four_weeks_and_a_year_at_most():
    assert usual_last_day(TODAY) == date(2026, 12, 20)
    check_last_day(TODAY, TODAY)
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(RuleBroken, match="date_unlikely") as refusal:
            check_last_day(wrong, TODAY)
        assert refusal.value.field == "last_day"


def test_an_offer_is_not_required_and_never_overdue():
    offer = Offer(5, 6, HERE, "一支队", TODAY, TODAY)
    late = start_of(TODAY + timedelta(days=9))
    duty = duty_of(offer, False, late)
    assert not duty.duty.required and duty.state is DutyState.OWED and duty.due.at == late
    assert duty_of(offer, True, late).state is DutyState.DONE
