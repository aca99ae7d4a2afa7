"""Figures of people in groups: the same counts as one by one, and readings apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.groups import EnrolmentGap, ExamRates, GroupCounts, GroupReckoner
from learnapp.domain.progress.tallies import TallyPlan
from tests.unit.domain.instants import DAY, at

NOW = at(12)
PLAN = TallyPlan({1: NOW - DAY, 2: NOW, 3: NOW + DAY, 4: NOW - 2 * DAY})
READINGS = frozenset({1, 3})
RECKONER = GroupReckoner(PLAN, READINGS, NOW)


@given(
    st.text("xod.", min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(["1", "2", "3", "4"]), st.integers(-3, 3)),
)
def test_what_is_counted_of_a_packed_tally_is_what_the_tally_says(signs, shifts):
    moved = {name: (NOW + days * DAY).isoformat() for name, days in shifts.items()}
    tally = PLAN.unpack(7, signs, moved)
    found = RECKONER.of(signs, moved)
    assert found.counts == tally.counts(NOW)
    read = [e for e in tally.entries if e.requirement_id in READINGS and e.due_at <= NOW]
    assert found.readers == bool(read)
    assert found.readers_behind == any(not each.done for each in read)


def test_the_study_rate_is_of_those_who_owe_a_reading_that_is_due():
    done, owing, not_asked = (RECKONER.of(signs, {}) for signs in ("dooo", "oddd", ".ooo"))
    whole = done.times(2) + owing + not_asked
    assert whole.study_rate == Share(2, 3)
    assert whole.counts.people == 4
    assert GroupCounts().study_rate.permille is None


def test_rates_of_an_exam_and_the_gap_add_up_from_counts():
    rates = ExamRates(expected=8, sat=6, passed=3)
    assert (rates.sitting_rate, rates.pass_rate) == (Share(6, 8), Share(3, 6))
    assert EnrolmentGap(3, 1, 0) + EnrolmentGap(2, 0, 2) == EnrolmentGap(5, 1, 2)
    assert Counts(people=4, behind=1).coverage == Share(3, 4)
