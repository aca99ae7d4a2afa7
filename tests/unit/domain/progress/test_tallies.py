"""What is kept of a person says at every instant what their facts say."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import end_of, start_of, week_end
from learnapp.domain.progress.figures import PersonFacts, count_person
from learnapp.domain.progress.tallies import TallyPlan, tally
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
