"""A roll call comes to the same in whatever order, and however often, the ticks of the phones come."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.study.study_sessions import (
    FormMark,
    RollMark,
    Tick,
    changed_on_form,
    merged,
    roll_of,
    tick_from_json,
)

TICKS = st.lists(
    st.builds(
        Tick,
        st.uuids().map(str),
        st.integers(1, 5),
        st.integers(1, 4),
        st.sampled_from(RollMark),
    ),
    unique_by=lambda each: each.event_id,
)


@given(TICKS, st.randoms())
def test_order_and_repeats_change_nothing(ticks, rng):
    again = [*ticks, *ticks]
    rng.shuffle(again)
    assert merged(again) == merged(ticks)


@given(TICKS, TICKS)
def test_a_roll_adds_up(ticks, more):
    marks = merged([*ticks, *more])
    roll = roll_of([1, 2, 3], [3], marks, closed=True)
    assert not roll.not_marked
    assert len(roll.present) + len(roll.on_leave) + len(roll.absent) == len(roll.expected)


OLD, NEW = Tick("a", 1, 1, RollMark.ABSENT), Tick("b", 2, 1, RollMark.PRESENT)


@pytest.mark.parametrize(
    ("drawn", "based_on", "posted", "held", "found"),
    [
        ("", "", RollMark.PRESENT, None, "changed"),
        ("absent", "a", RollMark.PRESENT, OLD, "changed"),
        ("absent", "a", RollMark.ABSENT, NEW, ""),  # the form says nothing new
        ("absent", "a", RollMark.LEAVE, NEW, "stale"),
        ("", "", RollMark.ABSENT, NEW, "stale"),
        ("absent", "a", RollMark.PRESENT, NEW, ""),  # posted twice
        ("leave", "", RollMark.LEAVE, None, ""),  # on leave as recorded
    ],
)
def test_an_older_form_never_changes_a_newer_tick(drawn, based_on, posted, held, found):
    mark = FormMark(1, drawn, based_on, posted)
    changed, stale = changed_on_form([mark], {} if held is None else {1: held})
    assert (changed, stale) == ([mark] * (found == "changed"), [1] * (found == "stale"))


def test_a_mark_that_says_nothing_new_does_not_end_a_form():
    same, new = (FormMark(n, "", "", RollMark.PRESENT) for n in (1, 2))
    assert changed_on_form([same, new], {1: NEW}) == ([new], [])


def test_who_is_not_ticked_is_on_leave_as_recorded_or_absent_once_it_is_over():
    marks = {1: RollMark.PRESENT, 4: RollMark.PRESENT}
    open_ = roll_of([1, 2, 3], [3], marks, closed=False)
    assert (open_.present, open_.on_leave, open_.not_marked) == ({1}, {3}, {2})
    assert roll_of([1, 2, 3], [3], marks, closed=True).absent == {2}
    assert roll_of([3], [3], {3: RollMark.PRESENT}, closed=True).present == {3}


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": "1"},
        {"mark": "late"},
        {"event_id": "x"},
        {"person_id": -1},
    ],
)
def test_a_tick_that_makes_no_sense_is_refused(changed):
    good = {"event_id": str(uuid.uuid4()), "seq": 1, "person_id": 1, "mark": "present"}
    assert tick_from_json(good).mark is RollMark.PRESENT
    with pytest.raises(RuleBroken):
        tick_from_json(good | changed)
    for wrong in (None, [], {}):
        with pytest.raises(RuleBroken):
            tick_from_json(wrong)
