"""A person's own paper and its outcome: as much of it as may be seen now."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import GRACE, AnswerEvent
from learnapp.domain.study.owed import OwedState
from learnapp.services.exams import (
    attempt_results,
    attempt_start,
    attempts,
)
from tests.services.conftest import EARLY, ExamFixture
from tests.services.practice.sittings import OVER, sit


def outcome(ground: ExamFixture, officer: Actor, public_id: str, now):
    with ground.database.reading() as session:
        return attempt_results.outcome(
            session, attempt_results.head_of(session, officer, public_id), now
        )


def test_before_the_key_no_mark_of_a_single_question_leaves_the_service(ground: ExamFixture):
    officer = ground.officer()
    first = sit(ground, officer)
    before, after = (outcome(ground, officer, first, now) for now in (EARLY, OVER))
    assert before.visible.marks and before.result is not None
    assert before.marks == {} and before.keys == {}
    assert len(after.marks) == len(after.keys) == 10


def test_a_paper_is_shown_to_whom_it_belongs_with_the_answers_that_are_held(office):
    caller = office.caller("officer", EARLY)
    mine = attempt_start.start(caller, office.window_id, "5eed").public_id
    event = AnswerEvent(str(uuid.uuid4()), 1, 9, {"text": "依法"})
    attempts.receive(caller, mine, [event])
    sheet = attempt_results.open_sheet(office.session, caller.actor, mine)
    assert [place.ordinal for place in sheet.places] == list(range(1, 11))
    assert sheet.answers == {9: event}
    with pytest.raises(NotFound):
        attempt_results.open_sheet(office.session, office.caller("other").actor, mine)


def test_the_clock_ends_an_attempt_on_a_phone_and_none_on_paper(office):
    caller = office.caller("officer", EARLY)
    mine = attempt_start.start(caller, office.window_id, "5eed").public_id
    head = attempt_results.head_of(office.session, caller.actor, mine)
    over = head.deadline + GRACE + timedelta(seconds=1)
    assert not attempt_results.has_run_out(head, head.deadline)
    assert attempt_results.has_run_out(head, over)
    assert not attempt_results.has_run_out(head._replace(channel="paper"), over)
    assert not attempt_results.has_run_out(head._replace(state="submitted"), over)


def test_an_outcome_has_its_state_before_and_after_it_is_handed_in(office):
    caller = office.caller("officer", EARLY)
    mine = attempt_start.start(caller, office.window_id, "5eed").public_id

    def outcome():
        head = attempt_results.head_of(office.session, caller.actor, mine)
        return attempt_results.outcome(office.session, head, EARLY)

    before = outcome()
    assert (before.owed.state, before.result) == (OwedState.ANSWERING, None)
    office.hand_in("officer")
    after = outcome()
    assert after.result.awarded == 0 and not after.result.passed
    assert after.owed.state is OwedState.FAILED
