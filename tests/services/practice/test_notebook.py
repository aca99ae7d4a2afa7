"""The notebook, practice and the way back: from marks to what a person may learn from them, and when."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import Release, WindowKind
from learnapp.services.exams import (
    attempt_start,
    attempts,
    auto_marking,
    exams,
    paper_entry,
    remediation,
)
from learnapp.services.practice import free_practice, notebook
from learnapp.services.practice.notebook import EntryState
from tests.services.conftest import EARLY, ExamFixture
from tests.services.practice.sittings import CLOSED, OVER, keys_of, sit, the_book, versions_on
from tests.services.practice.sittings import answer_in_practice as answer
from tests.small_office import NOW, officers


def test_mistakes_enter_the_notebook_when_the_exam_is_over_and_not_before(ground: ExamFixture):
    officer = ground.officer()
    sit(ground, officer)
    assert the_book(ground, officer, EARLY).entries == []
    assert the_book(ground, officer, NOW + timedelta(hours=9)).entries == []
    entries = the_book(ground, officer, OVER).entries
    assert len(entries) == 10  # two of each type, none answered rightly
    assert {each.state for each in entries} == {EntryState.DUE}


def test_a_sheet_of_paper_that_nobody_entered_keeps_nobody_from_the_key(ground: ExamFixture):
    officer, writer = ground.officer(), ground.officer()
    sit(ground, officer)
    with ground.database.writing() as session:
        paper_entry.begin(
            Caller(session, ground.admin, EARLY), ground.window_id, writer.person_id, "5eed"
        )
    states = {each.state for each in the_book(ground, officer, OVER).entries}
    assert states == {EntryState.DUE}


def test_a_mistake_is_reviewed_at_its_times_until_it_is_mastered_and_leaves(ground: ExamFixture):
    officer = ground.officer()
    sit(ground, officer)
    first = the_book(ground, officer, OVER).due()[0]
    now, steps = OVER, 0
    while True:
        entry = next(
            e for e in the_book(ground, officer, now).entries if e.question_id == first.question_id
        )
        if entry.state is EntryState.MASTERED:
            break
        now = max(now, entry.due_at)
        answer(ground, officer, now, entry.version_id, right=True)
        steps += 1
        assert steps < 12
    assert steps >= 3
    answer(ground, officer, now, first.version_id, right=False)
    back = [e.state for e in the_book(ground, officer, now).entries]
    assert EntryState.MASTERED not in back


def test_a_units_weak_topics_are_counts_over_five_people_or_more(ground: ExamFixture):
    with ground.database.writing() as session:
        people = [Actor(each) for each in officers(session, ground.unit_id, 400_000, 5)]
        bank_id = session.get_one(QuestionVersion, 1).bank_id
        category = session.scalar(
            select(QuestionVersion.category_id).where(QuestionVersion.bank_id == bank_id).limit(1)
        )
        for version in session.scalars(select(QuestionVersion)):
            version.category_id = category

    def told() -> list[tuple[str, int]]:
        with ground.database.reading() as session:
            return notebook.weak_topics_of_unit(
                Caller(session, ground.admin, OVER), ground.unit_id, ground.line_id
            )

    for officer in people[:4]:
        sit(ground, officer)
    assert told() == []
    sit(ground, people[4])
    assert [count for _, count in told()] == [5]
    with ground.database.reading() as session:
        early = notebook.weak_topics_of_unit(
            Caller(session, ground.admin, EARLY), ground.unit_id, ground.line_id
        )
    assert early == []  # the exam is not over: nothing is told of it


def test_a_units_weak_topics_say_nothing_of_marks_that_are_not_released(ground: ExamFixture):
    with ground.database.writing() as session:
        people = [Actor(each) for each in officers(session, ground.unit_id, 500_000, 5)]
        session.get_one(Exam, ground.exam_id).release = Release.BY_HAND
        category = session.scalar(
            select(QuestionVersion.category_id).where(QuestionVersion.category_id.is_not(None))
        )
        for version in session.scalars(select(QuestionVersion)):
            version.category_id = category
    for officer in people:
        sit(ground, officer)
    for released in (False, True):
        with ground.database.writing() as session:
            if released:
                auto_marking.release(Caller(session, ground.admin, OVER), ground.exam_id)
            told = notebook.weak_topics_of_unit(
                Caller(session, ground.admin, OVER), ground.unit_id, ground.line_id
            )
            assert bool(told) is released


def a_way_back(ground: ExamFixture) -> int:
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        closes = OVER + timedelta(days=20)
        return exams.add_window(
            Caller(session, ground.admin, NOW), exam, WindowKind.REMEDIAL, EARLY, closes
        ).id


def test_who_failed_reads_what_stands_behind_it_and_sits_a_paper_that_does_not_repeat(
    ground: ExamFixture,
):
    window_id, officer = a_way_back(ground), ground.officer()
    with ground.database.writing() as session:
        session.execute(update(QuestionVersion).values(source="《读物》"))
    with ground.database.reading() as session:
        assert (
            remediation.way_back(Caller(session, officer, OVER), ground.exam_id) is None
        )  # has not sat
    first = sit(ground, officer)
    with pytest.raises(Conflict) as unread:
        sit(ground, officer, OVER, window_id)
    assert unread.value.code == "read_first" and unread.value.params["sections"] == 2
    with ground.database.writing() as session:
        way = remediation.way_back(Caller(session, officer, OVER), ground.exam_id)
        assert way is not None and way.unread == 2 and way.unplaced == []
        with pytest.raises(NotFound):
            remediation.read(
                Caller(session, officer, OVER), ground.exam_id, way.sections[0].version_id, 9
            )
        for left, each in ((1, way.sections[0]), (1, way.sections[0]), (0, way.sections[1])):
            key = (each.version_id, each.ordinal)
            assert (
                remediation.read(Caller(session, officer, OVER), ground.exam_id, *key).unread
                == left
            )
    second = sit(ground, officer, OVER, window_id)
    with ground.database.reading() as session:
        assert not versions_on(session, first) & versions_on(session, second)
    # As often as it takes: the next paper wants its own reading first.
    with pytest.raises(Conflict):
        sit(ground, officer, OVER, window_id)


def test_sources_that_no_reading_treats_are_told_when_the_exam_is_over_and_not_before(
    ground: ExamFixture,
):
    a_way_back(ground)
    officer = ground.officer()
    sit(ground, officer)
    for now, told in ((EARLY + timedelta(minutes=30), False), (OVER, True)):
        with ground.database.reading() as session:
            way = remediation.way_back(Caller(session, officer, now), ground.exam_id)
            assert way is not None and bool(way.unplaced) is told


def test_the_way_back_keeps_nobody_from_the_key_of_the_exam(ground: ExamFixture):
    window_id, officer, other = a_way_back(ground), ground.officer(), ground.officer()
    sit(ground, officer)
    sit(ground, other)
    entries = the_book(ground, officer, OVER).entries
    assert len(entries) == 10 and {each.state for each in entries} == {EntryState.DUE}
    # Nor does somebody who goes it keep others from practice; only what is on one's own open paper
    # waits.
    with ground.database.writing() as session:
        public_id = attempt_start.start(Caller(session, officer, OVER), window_id, "5eed").public_id
    with ground.database.reading() as session:
        mine = min(versions_on(session, public_id))
        assert free_practice.ask(Caller(session, other, OVER), mine, str(uuid.uuid4()))
        with pytest.raises(NotFound):
            free_practice.ask(Caller(session, officer, OVER), mine, str(uuid.uuid4()))


def test_who_passed_has_no_way_back(ground: ExamFixture):
    window_id, officer = a_way_back(ground), ground.officer()
    with ground.database.writing() as session:
        public_id = attempt_start.start(
            Caller(session, officer, EARLY), ground.window_id, "5eed"
        ).public_id
    with ground.database.writing() as session:
        events = [
            AnswerEvent(str(uuid.uuid4()), seq, ordinal, _right(type_, key))
            for seq, (ordinal, type_, key, _) in enumerate(keys_of(session, public_id), 1)
        ]
        attempts.submit(Caller(session, officer, EARLY), public_id, events)
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
        auto_marking.record_result(session, EARLY, attempt_id)
    with ground.database.reading() as session:
        assert session.get(ExamWindow, window_id) is not None
        assert remediation.way_back(Caller(session, officer, OVER), ground.exam_id) is None


def _right(type_: str, key: dict) -> dict:
    if type_ in CLOSED:
        return {"options": key["options"]}
    if type_ == "fill_blank":
        return {"blanks": [each[0] for each in key["blanks"]]}
    return {"text": key["text"]}
