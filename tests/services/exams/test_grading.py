"""Markers: blind, by one or by two and a third; a second thought; which attempt of several counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.notices.models import Notice
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Actor, Role
from learnapp.services.exams import grading
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import blind, give, hand_in_written, result_of

HALF_HOUR = timedelta(minutes=30)


def two_markers(ground: ExamFixture) -> None:
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).markers = 2


def mark_of(ground: ExamFixture, public_id: str, place: int) -> int | None:
    with ground.database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
        mark = attempt_papers.marks_of(session, attempt_id).get(place)
        return None if mark is None else mark.awarded


def waits_for(ground: ExamFixture, marker: Actor) -> int:
    with ground.database.reading() as session:
        count = grading.count_waiting(Caller(session, marker, EARLY))
        assert len(grading.grading_queue(Caller(session, marker, EARLY))) == count
        return count


def test_two_read_blind_and_their_mean_is_the_mark(ground: ExamFixture):
    two_markers(ground)
    first, second, third = (ground.appoint(Role.MARKER) for _ in range(3))
    _, public_id, (place, other) = hand_in_written(ground)
    give(ground, first, public_id, place, 600)
    assert mark_of(ground, public_id, place) is None
    with ground.database.reading() as session:
        seen = grading.load_answer(Caller(session, second, EARLY), blind(session, public_id), place)
        assert seen.others == [] and seen.mine is None  # the first opinion is not shown
    give(ground, second, public_id, place, 700)
    assert mark_of(ground, public_id, place) == 650
    assert [waits_for(ground, each) for each in (first, second, third)] == [1, 1, 1]
    assert result_of(ground, public_id) is None
    give(ground, first, public_id, other, 1000)
    give(ground, third, public_id, other, 1000)
    assert result_of(ground, public_id).awarded == 1650


def test_where_two_differ_a_third_who_sees_both_decides(ground: ExamFixture):
    two_markers(ground)
    first, second, third = (ground.appoint(Role.MARKER) for _ in range(3))
    _, public_id, (place, _other) = hand_in_written(ground)
    give(ground, first, public_id, place, 200)
    give(ground, second, public_id, place, 900)
    assert mark_of(ground, public_id, place) is None
    with pytest.raises(Conflict):
        give(ground, first, public_id, place, 500)
    with ground.database.reading() as session:
        seen = grading.load_answer(Caller(session, third, EARLY), blind(session, public_id), place)
        assert [each.awarded for each in seen.others] == [200, 900]
    give(ground, third, public_id, place, 400)
    assert mark_of(ground, public_id, place) == 400


def test_a_second_thought_before_the_release_says_nothing_to_the_candidate(ground: ExamFixture):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).release = "by_hand"
    marker = ground.appoint(Role.MARKER)
    officer, public_id, places = hand_in_written(ground)
    for place in places:
        give(ground, marker, public_id, place, 1000)
    give(ground, marker, public_id, places[0], 500)
    assert result_of(ground, public_id).number == 2
    with ground.database.reading() as session:
        told = select(Notice).where(Notice.person_id == officer.person_id)
        assert session.scalars(told).all() == []


def test_a_second_thought_is_a_new_mark_within_half_an_hour_and_its_candidate_is_told(
    ground: ExamFixture,
):
    marker = ground.appoint(Role.MARKER)
    officer, public_id, places = hand_in_written(ground)
    for place in places:
        give(ground, marker, public_id, place, 1000)
    before = result_of(ground, public_id)
    give(ground, marker, public_id, places[0], 500, EARLY + HALF_HOUR)
    after = result_of(ground, public_id)
    assert (before.awarded, after.awarded) == (2000, 1500) and after.number == 2
    with ground.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.person_id == officer.person_id)).one()
        assert (told.params["before"], told.params["after"]) == (2000, 1500)
        # By it the notice is held back in part while the question is on an open paper of theirs.
        asked = session.scalar(
            select(QuestionVersion.question_id)
            .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == public_id, PaperQuestion.ordinal == places[0])
        )
        assert told.params["question_id"] == asked
        kept = session.scalars(select(Mark.awarded).where(Mark.question == places[0])).all()
        assert sorted(kept) == [500, 1000]  # appended, nothing overwritten
    with pytest.raises(Conflict):
        give(
            ground, marker, public_id, places[0], 600, EARLY + 2 * HALF_HOUR + timedelta(seconds=1)
        )


def test_points_add_up_and_nobody_marks_their_own(ground: ExamFixture):
    marker = ground.appoint(Role.MARKER)
    _, public_id, (place, _) = hand_in_written(ground)
    with pytest.raises(RuleBroken):
        give(ground, marker, public_id, place, 500, points=[200, 200])
    give(ground, marker, public_id, place, 400, points=[200, 200])
    _, own, (place, _) = hand_in_written(ground, officer=marker)
    with pytest.raises(Forbidden):
        give(ground, marker, own, place, 1000)


def test_one_answer_waits_for_every_marker_and_is_marked_once(ground: ExamFixture):
    first, second = ground.appoint(Role.MARKER), ground.appoint(Role.MARKER)
    _, public_id, (place, _) = hand_in_written(ground)
    assert waits_for(ground, first) == waits_for(ground, second) == 2
    give(ground, first, public_id, place, 1000)
    with pytest.raises(Conflict):
        give(ground, second, public_id, place, 0)
    assert mark_of(ground, public_id, place) == 1000
    assert waits_for(ground, second) == 1


def test_a_marker_meets_no_id_that_another_page_shows(ground: ExamFixture):
    marker = ground.appoint(Role.MARKER)
    _, public_id, (place, _) = hand_in_written(ground)
    with ground.database.reading() as session:
        shown = {each.attempt for each in grading.grading_queue(Caller(session, marker, EARLY))}
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        assert shown == {attempt.marking_id} and attempt.marking_id != public_id
        with pytest.raises(NotFound):
            grading.load_answer(Caller(session, marker, EARLY), public_id, place)
