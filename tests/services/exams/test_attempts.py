"""Answers received and attempts handed in: within their bounds, once, and at one instant."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import GRACE, MOST_EVENTS, AnswerEvent, EventState
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.exams import attempt_results, attempt_start, attempts
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import at_once
from tests.services.refusals import refused


def test_submits_and_answers_at_one_instant_agree_on_what_counted(ground, record_property):
    kept = late = 0
    for n in range(10):
        officer = ground.officer()
        public_id = ground.start(officer, EARLY)
        deeds = [_answering(ground, officer, public_id, n * 100 + k) for k in range(5)]
        deeds[2:2] = [_handing_in(ground, officer, public_id)] * 3
        told = at_once(deeds)
        firsts = [each for each in told if isinstance(each, bool)]
        states = dict(pair for each in told if isinstance(each, list) for pair in each)
        assert sorted(firsts) == [False, False, True]
        with ground.database.reading() as session:
            sheet = attempt_results.open_sheet(session, officer, public_id)
            rows = session.execute(
                select(AnswerEventRow.event_id, AnswerEventRow.state).where(
                    AnswerEventRow.attempt_id == sheet.head.id
                )
            ).all()
        assert {row.event_id: row.state for row in rows} == states
        kept += sum(state == "held" for state in states.values())
        late += sum(state == "after_submit" for state in states.values())
        assert len(states) == 5
    record_property("tried", f"answers beside three submits: {kept} held, {late} after the submit")


def _answering(ground: ExamFixture, officer: Actor, public_id: str, n: int) -> Callable[[], object]:
    made = AnswerEvent(str(uuid.UUID(int=n + 1)), n + 1, 9, {"text": "依法"})

    def deed() -> object:
        with ground.database.writing() as session:
            return attempts.receive(Caller(session, officer, EARLY), public_id, [made]).acknowledged

    return deed


def _handing_in(ground: ExamFixture, officer: Actor, public_id: str) -> Callable[[], object]:
    def deed() -> object:
        with ground.database.writing() as session:
            return attempts.submit(Caller(session, officer, EARLY), public_id).first

    return deed


def test_more_events_than_one_message_may_bring_are_refused_whole(office):
    caller, mine = _begun(office)
    events = [_writing(n, 1) for n in range(MOST_EVENTS + 1)]
    for do in (attempts.receive, attempts.submit):
        with refused("too_many_events") as refusal:
            do(caller, mine, events)
        assert refusal.params == {"most": MOST_EVENTS}


def test_an_event_that_fits_no_question_is_refused_and_holds_up_no_other(office):
    caller, mine = _begun(office)
    found = attempts.receive(caller, mine, [_writing(1, 999), _writing(2, 1), _writing(3, 9)])
    assert {event_id for event_id, _ in found.refused} == {_id(1), _id(2)}
    assert found.acknowledged == [(_id(3), EventState.HELD)]
    assert (found.max_seq, found.state) == (3, AttemptState.OPEN)


def test_a_submit_that_comes_again_says_when_it_was_and_counts_no_later_answer(office):
    caller, mine = _begun(office)
    first = attempts.submit(caller, mine, [_writing(1, 9)])
    later = office.caller("officer", EARLY + timedelta(minutes=1))
    again = attempts.submit(later, mine, [_writing(1, 9), _writing(2, 9)])
    assert (first.first, first.submitted_at) == (True, EARLY)
    assert (again.first, again.submitted_at) == (False, EARLY)
    assert again.received.acknowledged == [
        (_id(1), EventState.HELD),
        (_id(2), EventState.AFTER_SUBMIT),
    ]


def test_the_clock_hands_in_after_the_grace_once_and_at_the_deadline(office):
    caller, mine = _begun(office)
    officer, deadline = caller.actor.own_id(), EARLY + timedelta(minutes=20)
    assert not attempts.submit_if_ran_out(office.session, deadline, mine, officer)
    over = deadline + GRACE + timedelta(seconds=1)
    assert attempts.submit_if_ran_out(office.session, over, mine, officer)
    assert not attempts.submit_if_ran_out(office.session, over, mine, officer)
    told = attempts.submit(office.caller("officer", over), mine)
    assert (told.first, told.submitted_at) == (False, deadline)


def test_a_page_counts_down_whole_seconds_and_never_below_none():
    for seconds, left in ((61.9, 61), (0, 0), (-5, 0)):
        assert attempts.remaining_seconds(EARLY + timedelta(seconds=seconds), EARLY) == left


def _begun(office):
    """The officer, and an attempt of theirs."""
    caller = office.caller("officer", EARLY)
    return caller, attempt_start.start(caller, office.window_id, "5eed").public_id


def _id(n: int) -> str:
    return str(uuid.UUID(int=n))


def _writing(n: int, question: int) -> AnswerEvent:
    return AnswerEvent(_id(n), n, question, {"text": "依法"})
