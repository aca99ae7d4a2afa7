"""模拟考: drawn from what may be practised, written by the clock, never counted."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import BlueprintFixed, Exam
from learnapp.db.practice.models import MockExam, PracticeAnswer
from learnapp.db.study.models import Completion
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.exams.answers import GRACE, AnswerEvent
from learnapp.domain.practice.mock import MOST_STORED
from learnapp.services.exams import attempt_start
from learnapp.services.practice import mock_exams, notebook
from tests.small_office import NOW


def _begin(office, login="officer", now=NOW, seed="5eed"):
    caller = office.caller(login, now)
    drawn = mock_exams.draw_paper(caller, office.exam_id, seed)
    return mock_exams.begin(caller, drawn, seed).public_id


def _event(place, seq=1, response=None):
    return AnswerEvent(str(uuid.uuid4()), seq, place.ordinal, response)


def _choices(sheet):
    return [each for each in sheet.places if each.option_order]


def _first_options(sheet):
    return [_event(each, 1, {"options": each.option_order[:1]}) for each in _choices(sheet)]


def test_it_has_the_blueprints_places_and_the_exams_time(office):
    sheet = mock_exams.sheet_of(office.caller("officer"), _begin(office))
    exam = office.session.get_one(Exam, office.exam_id)
    assert len(sheet.places) == sheet.mock.wanted == 10
    assert {each.marks for each in sheet.places} == {1000}
    assert sheet.mock.due_at - sheet.mock.started_at == timedelta(seconds=exam.duration_s)


def test_what_exams_alone_may_use_and_what_every_paper_has_is_never_asked(office):
    session = office.session
    singles = session.scalars(
        select(QuestionVersion).where(QuestionVersion.type == "single").order_by(QuestionVersion.id)
    ).all()
    session.execute(
        update(QuestionVersion)
        .where(QuestionVersion.id.in_([each.id for each in singles[2:]]))
        .values(use="exam")
    )
    exam = session.get_one(Exam, office.exam_id)
    session.add(BlueprintFixed(blueprint_id=exam.blueprint_id, question_id=singles[0].question_id))
    session.flush()
    sheet = mock_exams.sheet_of(office.caller("officer"), _begin(office))
    asked = [each.asked.version.id for each in sheet.places if each.type == "single"]
    assert asked == [singles[1].id] and len(sheet.places) == 9
    assert sheet.mock.due_at - sheet.mock.started_at == timedelta(minutes=18)


def test_a_second_start_lands_in_the_same_paper_and_it_is_its_persons_alone(office):
    public_id = _begin(office)
    assert _begin(office, seed="other") == public_id
    with pytest.raises(NotFound):
        mock_exams.sheet_of(office.caller("other"), public_id)


def test_nobody_begins_one_beside_an_open_paper_and_none_of_an_exam_not_asked(office):
    caller = office.caller("officer", office.early)
    drawn = mock_exams.draw_paper(caller, office.exam_id, "5eed")
    attempt_start.start(caller, office.window_id, "5eed")
    with pytest.raises(Conflict, match="mock_while_answering"):
        mock_exams.begin(caller, drawn, "5eed")
    with pytest.raises(NotFound):
        mock_exams.draw_paper(caller, 999, "5eed")


def test_the_newest_answer_holds_in_whatever_order_they_come(office):
    caller, public_id = office.caller("officer"), _begin(office)
    place = _choices(mock_exams.sheet_of(caller, public_id))[0]
    newer = _event(place, 2, {"options": place.option_order[:1]})
    older = _event(place, 1, {"options": place.option_order[1:2]})
    for events in ([newer], [older], [newer]):
        received = mock_exams.receive(caller, public_id, events)
        assert received.held and received.max_seq == 2
    held = mock_exams.sheet_of(caller, public_id).places[place.ordinal - 1].answer
    assert held and held.response == newer.response
    odd = _event(place, 3, {"options": ["nothing of it"]})
    assert mock_exams.receive(caller, public_id, [odd]).refused[0][0] == odd.event_id


def test_handing_in_fills_the_notebook_and_counts_nowhere(office):
    caller, public_id = office.caller("officer"), _begin(office)
    events = _first_options(mock_exams.sheet_of(caller, public_id))
    mock_exams.receive(caller, public_id, events)
    for _ in range(2):
        mock_exams.hand_in(caller, public_id)
    session = office.session
    rows = session.scalars(select(PracticeAnswer)).all()
    wrong = {each.question_id for each in rows if each.recall == "wrong"}
    assert len(rows) == len(events) and wrong
    assert {each.question_id for each in notebook.book(caller).entries} == wrong
    assert not session.scalar(select(func.count()).select_from(Attempt))
    assert not session.scalar(select(func.count()).select_from(Completion))
    late = mock_exams.receive(caller, public_id, events)
    assert not late.is_open and late.held


def test_after_its_time_nothing_is_taken_any_more(office):
    public_id = _begin(office)
    over = office.caller("officer", NOW + timedelta(minutes=20) + GRACE + timedelta(seconds=1))
    events = _first_options(mock_exams.sheet_of(over, public_id))
    assert not mock_exams.receive(over, public_id, events).is_open
    assert all(each.answer is None for each in mock_exams.hand_in(over, public_id).places)


def test_the_last_ten_papers_are_there(office):
    for number in range(MOST_STORED + 2):
        now = NOW - timedelta(hours=12 - number)
        mock_exams.hand_in(office.caller("officer", now), _begin(office, now=now, seed=str(number)))
    assert office.session.scalar(select(func.count()).select_from(MockExam)) == MOST_STORED
