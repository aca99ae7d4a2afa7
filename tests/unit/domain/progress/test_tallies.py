"""What is kept of a person says at every instant what their facts say, and sums change by differences."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import end_of, start_of, week_end
from learnapp.domain.progress.figures import Counts, PersonFacts, count_person
from learnapp.domain.progress.tallies import TallyChanges, TallyPlan, tally
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, Audience, Duty

FIRST, LAST = date(2026, 9, 28), date(2026, 11, 1)
SPAN = (LAST - FIRST).days
DAYS = st.integers(-10, SPAN + 10).map(lambda n: FIRST + timedelta(days=n))
AUDIENCES = st.sampled_from([Audience(), Audience(frozenset({1})), Audience(frozenset({2, 3}))])


@st.composite
def duties(draw) -> list[Duty]:
    found = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        day = FIRST + timedelta(days=draw(st.integers(0, SPAN)))
        required, by_window = draw(st.booleans()) or number == 1, draw(st.booleans())
        found.append(
            Duty(
                number, 100 + number, required, day, week_end(day), draw(AUDIENCES), by_window,
                end_of(LAST),
            )
        )  # fmt: skip
    return found


@st.composite
def people(draw) -> PersonFacts:
    absences = []
    for _ in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        last = first + timedelta(days=draw(st.integers(0, 9)))
        absences.append(AbsenceSpan(first, last, draw(st.sampled_from(list(AbsenceEffect)))))
    unit_id = draw(st.integers(1, 3))
    return PersonFacts(
        person_id=1,
        unit_id=unit_id,
        units_above=frozenset({unit_id, 9}),
        category="police_officer",
        basis="establishment",
        done_items=draw(st.frozensets(st.integers(101, 108))),
        absences=tuple(absences),
        since=draw(st.none() | DAYS),
    )


def plan_of(asked: list[Duty]) -> TallyPlan:
    """As the requirements were written: one of them fell due a day earlier before it was corrected."""
    return TallyPlan(
        {each.requirement_id: each.due_at for each in asked}
        | {asked[0].requirement_id: asked[0].due_at - timedelta(days=1)}
    )


@given(people(), duties(), DAYS)
def test_a_tally_counts_at_any_instant_what_the_facts_count(facts, asked, day):
    for at in (start_of(day), start_of(day) + timedelta(hours=9)):
        assert tally(facts, asked).counts(at) == count_person(facts, asked, at)


@given(people(), duties())
def test_what_is_packed_is_unpacked_as_it_was(facts, asked):
    kept, plan = tally(facts, asked), plan_of(asked)
    assert plan.unpack(kept.unit_id, *plan.pack(kept)) == kept


@given(st.lists(people(), max_size=5), people(), duties(), DAYS)
def test_sums_that_change_by_differences_are_those_of_the_people(others, moved, asked, day):
    """A person's part is replaced twice, also by the same: the sums are those of the last parts."""
    changes = TallyChanges.none()
    for each in others:
        changes.replace(None, tally(each, asked))
        changes.replace(tally(each, asked), tally(moved, asked))
        changes.replace(tally(moved, asked), tally(moved, asked))
    at = start_of(day)
    whole = sum(changes.units.values(), Counts())
    whole += sum((part for (_, due_at), part in changes.due.items() if due_at <= at), Counts())
    true = tally(moved, asked).counts(at)
    assert whole == sum([true] * len(others), Counts())
    done = sum((each.done for each in changes.requirements.values()), 0)
    assert done == true.done * len(others)
