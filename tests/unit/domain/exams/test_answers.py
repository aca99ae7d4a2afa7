"""Which event is the answer, which events count, and what a plain form posts."""

from __future__ import annotations

from itertools import permutations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.answers import (
    GRACE,
    MAX_SEQ,
    MOST_EVENTS,
    MOST_EVENTS_OF_ATTEMPT,
    AnswerEvent,
    EventState,
    PlainFate,
    event_from_json,
    fate_of,
    latest,
    state_of,
)
from tests.unit.domain.instants import MINUTE, at

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
RAW = {"event_id": ID, "seq": 3, "question": 2, "response": {"options": ["a"]}, "flagged": True}


def event(event_id: str, seq: int, question: int = 1) -> AnswerEvent:
    return AnswerEvent(event_id, seq, question, {"options": [event_id]})


def test_the_highest_count_is_the_answer_whatever_order_events_come_in():
    events = [event("c", 1), event("a", 2), event("b", 2), event("z", 9, question=4)]
    for order in permutations(events):
        assert latest(order) == {1: event("b", 2), 4: event("z", 9, question=4)}


def test_of_two_with_one_id_the_first_stays():
    first, again = event("a", 1), AnswerEvent("a", 1, 1, None)
    assert latest([first, again]) == {1: first}


def test_no_event_is_no_answer():
    assert latest([]) == {}


def test_an_event_counts_until_the_deadline_and_the_time_of_transport():
    assert state_of(at(10), at(10), None) is EventState.HELD
    assert state_of(at(10) + GRACE, at(10), None) is EventState.HELD
    assert state_of(at(10) + GRACE + MINUTE / 60, at(10), None) is EventState.AFTER_DEADLINE


def test_nothing_counts_after_the_attempt_was_handed_in():
    assert state_of(at(9), at(10), submitted_at=at(9, 30)) is EventState.AFTER_SUBMIT


def test_the_limits_are_these():
    assert (GRACE.total_seconds(), MOST_EVENTS, MOST_EVENTS_OF_ATTEMPT) == (30, 500, 10_000)
    assert MAX_SEQ == 9_007_199_254_740_991


def test_an_event_is_read_as_a_phone_sends_it():
    assert event_from_json(RAW) == AnswerEvent(ID, 3, 2, {"options": ["a"]}, True)
    bare = {"event_id": ID, "seq": 1, "question": 0}
    assert event_from_json(bare) == AnswerEvent(ID, 1, 0, None, False)
    assert event_from_json(RAW | {"seq": MAX_SEQ}).seq == MAX_SEQ


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [RAW],
        {**RAW, "event_id": None},
        {**RAW, "event_id": ID.upper()},
        {**RAW, "event_id": f"{ID}0"},
        {**RAW, "seq": None},
        {**RAW, "seq": "3"},
        {**RAW, "seq": True},
        {**RAW, "seq": 0},
        {**RAW, "seq": MAX_SEQ + 1},
        {**RAW, "question": None},
        {**RAW, "question": True},
        {**RAW, "question": "2"},
        {**RAW, "response": "a"},
    ],
)
def test_anything_else_is_no_event(wrong):
    with pytest.raises(RuleBroken) as refused:
        event_from_json(wrong)
    assert (refused.value.field, refused.value.code) == ("events", "bad_event")


A, B, C = (({"options": [each]}, False) for each in "abc")


def test_a_form_that_posts_what_it_showed_or_what_is_held_says_nothing():
    for newest in (True, False):
        assert fate_of(A, shown=A, held=B, base_is_newest=newest) is PlainFate.NOTHING
        assert fate_of(A, shown=B, held=A, base_is_newest=newest) is PlainFate.NOTHING


def test_a_change_is_new_on_the_newest_page_and_stale_on_an_older_one():
    assert fate_of(A, shown=B, held=B, base_is_newest=True) is PlainFate.NEW
    assert fate_of(A, shown=B, held=C, base_is_newest=False) is PlainFate.STALE


def test_a_flag_alone_is_a_change():
    assert fate_of((A[0], True), shown=A, held=A, base_is_newest=True) is PlainFate.NEW
