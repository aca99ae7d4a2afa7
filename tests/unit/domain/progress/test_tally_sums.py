"""What is reckoned for many people at once is what is reckoned for each, and sums change by differences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import start_of
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.tallies import TallyChanges, tally
from learnapp.domain.progress.tally_sums import PackedTally, StageReckoner, difference
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan
from tests.unit.domain.progress.test_tallies import DAYS, duties, people, plan_of

EVERYBODY = st.lists(people(), min_size=1, max_size=6)


def _packed(facts, asked):
    kept = tally(facts, asked)
    return PackedTally(kept.unit_id, *plan_of(asked).pack(kept))


@given(EVERYBODY, duties())
def test_what_the_facts_say_is_stored_is_what_is_stored_of_each(everybody, asked):
    reckoner = StageReckoner(plan_of(asked), asked)
    for facts in everybody:
        kept, stored = tally(facts, asked), reckoner.stored(facts)
        assert stored.packed == _packed(facts, asked)
        columns = (kept.owed, kept.done, len(kept.excused), kept.behind_from)
        assert stored[1:] == columns


@given(people(), people(), duties())
def test_nothing_is_taken_from_one_person_for_another(one, other, asked):
    """Whoever was reckoned first, in whatever order: kinds are told apart by all that matters."""
    plan = plan_of(asked)
    shared = StageReckoner(plan, asked)
    shared.stored(other)
    assert shared.stored(one) == StageReckoner(plan, asked).stored(one)


@pytest.mark.parametrize("days_off", range(1, 9))
@given(duties(), people(), DAYS, st.sampled_from(list(AbsenceEffect)))
def test_an_absence_however_short_counts_where_something_is_due(
    days_off, asked, facts, first, effect
):
    reckoner = StageReckoner(plan_of(asked), asked)
    there = type(facts)(**{**vars(facts), "absences": ()})
    away = AbsenceSpan(first, first + timedelta(days=days_off - 1), effect)
    absent = type(facts)(**{**vars(facts), "absences": (away,)})
    for each in (there, absent):
        assert reckoner.stored(each).packed == _packed(each, asked)


@given(EVERYBODY, EVERYBODY, duties(), DAYS)
def test_a_difference_is_what_each_says_at_any_instant_unit_by_unit(
    before, after, asked, day: date
):
    plan, at = plan_of(asked), start_of(day)
    old = [_packed(each, asked) for each in before]
    new = [_packed(each, asked) for each in after]
    changes = TallyChanges.none()
    changes.add(difference(plan, (), old))
    changes.add(difference(plan, old, new))
    changes.add(difference(plan, new, new))
    for unit_id in changes.units:
        mine = [tally(each, asked) for each in after if each.unit_id == unit_id]
        whole = changes.units[unit_id]
        due = [part for (unit, when), part in changes.due.items() if unit == unit_id and when <= at]
        assert sum(due, whole) == sum((each.counts(at) for each in mine), Counts())
        for requirement_id in plan.due:
            entries = [
                e for each in mine for e in each.entries if e.requirement_id == requirement_id
            ]
            asked_of = Counts(owed=len(entries), done=sum(each.done for each in entries))
            assert changes.requirements.get((requirement_id, unit_id), Counts()) == asked_of


@given(people(), duties())
def test_signs_of_another_plan_are_refused(facts, asked):
    unit_id, signs, moved = _packed(facts, asked)
    with pytest.raises(ValueError, match="signs"):
        difference(plan_of(asked), (), [PackedTally(unit_id, signs + "o", moved)])
