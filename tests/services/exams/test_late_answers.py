"""Answers that came too late: kept, not counted, until a person lets one count, with a reason."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, late_events
from learnapp.db.exams.attempt_models import Attempt
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.answers import GRACE, AnswerEvent
from learnapp.services.exams import (
    attempts,
    grading,
    late_answers,
)
from learnapp.services.exams.grading import GivenGrade
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import admit_late, attempts_agree, newest

LATER = EARLY + timedelta(minutes=5)
TWENTY = timedelta(minutes=20)


def _one(ground: ExamFixture, public_id: str, right: bool) -> AnswerEvent:
    """An answer to the first single choice."""
    with ground.database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
        place = next(p for p in attempt_papers.paper_of(session, attempt_id) if p.type == "single")
        key = next(
            k for k in attempt_papers.keys_of(session, attempt_id) if k.ordinal == place.ordinal
        )
    wrong = next(o for o in place.option_order if [o] != key.key["options"])
    options = key.key["options"] if right else [wrong]
    return AnswerEvent(str(uuid.uuid4()), 1, place.ordinal, {"options": options})


def test_a_late_event_counts_when_a_person_admits_it_and_not_before(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    after = EARLY + TWENTY + GRACE + timedelta(seconds=5)
    with ground.database.writing() as session:
        assert attempts.submit_if_ran_out(session, after, public_id, officer.person_id)
    event = _one(ground, public_id, right=True)
    with ground.database.writing() as session:
        attempts.receive(Caller(session, officer, after), public_id, [event])

    def mark() -> int:
        with ground.database.reading() as session:
            attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
            return attempt_papers.marks_of(session, attempt_id)[event.question].awarded

    assert mark() == 0
    with ground.database.writing() as session:
        (told,) = late_events.late_in(Caller(session, ground.admin, after), ground.window_id)
        assert (told.event_id, told.question) == (event.event_id, event.question)
        with pytest.raises(RuleBroken):
            late_answers.accept_late_answer(
                Caller(session, ground.admin, after), public_id, event.event_id, ""
            )
        late_answers.accept_late_answer(
            Caller(session, ground.admin, after), public_id, event.event_id, "基站故障"
        )
        assert late_events.late_in(Caller(session, ground.admin, after), ground.window_id) == []
        with pytest.raises(Conflict):
            late_answers.accept_late_answer(
                Caller(session, ground.admin, after), public_id, event.event_id, "再来一次"
            )
    assert mark() == 1000
    with ground.database.writing() as session, pytest.raises(NotFound):
        late_answers.accept_late_answer(
            Caller(session, ground.admin, after), "nobody's", event.event_id, "x"
        )


def test_an_admitted_answer_that_is_worth_nothing_waits_for_no_second_marker(ground):
    officer, marker, other = (
        ground.officer(),
        ground.appoint(Role.MARKER),
        ground.appoint(Role.MARKER),
    )
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        place = admit_late(ground, session, officer, public_id)
        known_by = grading.grading_queue(Caller(session, marker, LATER))[0].attempt
        grading.submit_grade(
            Caller(session, marker, LATER), known_by, place.ordinal, GivenGrade(0, "答非所问")
        )
        assert grading.count_waiting(Caller(session, other, LATER)) == 0
        assert newest(session, place.attempt_id, place.ordinal).comment == "答非所问"
        assert attempts_agree(session)
