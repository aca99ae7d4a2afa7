"""A change of plan is judged for people of one kind as it would be for each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import start_of
from learnapp.domain.progress.concern import PlanChange
from learnapp.domain.progress.figures import DutyState, duties_of
from tests.unit.domain.progress.test_tallies import DAYS, duties, people


def _overdue(facts, plan, now):
    states = duties_of(facts, plan, now)
    late = [each for each in states if each.state is DutyState.OVERDUE and each.duty.required]
    return {each.duty.item_id for each in late}


@given(st.lists(people(), min_size=1, max_size=6), duties(), duties(), DAYS)
def test_what_would_be_overdue_at_once_is_what_each_has_not_done_of_it(everybody, new, old, day):
    now = start_of(day)
    change = PlanChange(new, old, now)
    for facts in everybody:
        found = change.concern(facts)
        fresh = _overdue(facts, new, now) - _overdue(facts, old, now)
        assert found.newly_overdue - facts.done_items == fresh
        assert found.asked == bool(duties_of(facts, new, now))


@given(people(), duties(), DAYS)
def test_a_plan_in_its_own_place_makes_nothing_overdue(facts, plan, day):
    change = PlanChange(plan, plan, start_of(day))
    assert change.concern(facts).newly_overdue == frozenset()
