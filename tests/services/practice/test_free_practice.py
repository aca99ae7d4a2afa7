"""Practice: what an exam has on a paper waits, what was never practised comes first, each press counts
once."""

from __future__ import annotations

import random
import uuid

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import KeyRevision, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.practice.notebook import Recall
from learnapp.services.practice import free_practice
from learnapp.services.practice.free_practice import GivenAnswer
from tests.services.conftest import EARLY, ExamFixture
from tests.services.practice.sittings import OVER, sit, the_book, versions_on
from tests.services.practice.sittings import answer_in_practice as answer


def test_a_repeated_press_is_one_answer(ground: ExamFixture):
    officer = ground.officer()
    sit(ground, officer)
    version_id = the_book(ground, officer, OVER).due()[0].version_id
    with ground.database.writing() as session:
        event_id = str(uuid.uuid4())
        asked = free_practice.ask(Caller(session, officer, OVER), version_id, event_id)
        key = session.scalar(select(KeyRevision.key).where(KeyRevision.version_id == version_id))
        blanks = {"blanks": ["x" for _ in key.get("blanks", ())]}
        raw = {"options": asked.option_order[:1]} if asked.option_order else blanks
        own = Recall.WRONG if asked.version.type == "short_answer" else None
        raw = {"text": "x"} if own else raw
        given = [
            free_practice.answer(
                Caller(session, officer, OVER), asked, event_id, GivenAnswer(raw, own)
            )
            for _ in "12"
        ]
    assert given[0] == given[1]


def test_practice_never_asks_what_an_open_exam_has_on_a_paper(ground: ExamFixture):
    sitting, learner = ground.officer(), ground.officer()
    public_id = sit(ground, sitting)
    with ground.database.reading() as session:
        on_paper = versions_on(session, public_id)
    rng, seen = random.Random(7), set()
    for _ in range(120):
        with ground.database.reading() as session:
            found = free_practice.next_to_practise(Caller(session, learner, EARLY), rng, 1, "")
        if found in seen or found is None:
            break
        seen.add(found)
        answer(ground, learner, EARLY, found, right=True)
    assert len(seen) > 20 and not seen & on_paper
    with ground.database.reading() as session, pytest.raises(NotFound):
        free_practice.ask(Caller(session, learner, EARLY), min(on_paper), str(uuid.uuid4()))
    with ground.database.reading() as session:
        assert free_practice.ask(Caller(session, learner, OVER), min(on_paper), str(uuid.uuid4()))


def test_practice_is_of_a_category_and_asks_what_was_never_practised_first(ground: ExamFixture):
    learner, rng = ground.officer(), random.Random(1)
    with ground.database.reading() as session:
        shelf = next(
            s for s in free_practice.shelves(Caller(session, learner, EARLY)) if s.questions > 2
        )
    seen = []
    for _ in range(shelf.questions):
        with ground.database.reading() as session:
            found = free_practice.next_to_practise(
                Caller(session, learner, EARLY), rng, shelf.bank_id, shelf.category
            )
        seen.append(found)
        answer(ground, learner, EARLY, found, right=True)
    assert len(set(seen)) == shelf.questions
    with ground.database.reading() as session:
        again = free_practice.next_to_practise(
            Caller(session, learner, EARLY), rng, shelf.bank_id, shelf.category
        )
    assert again == seen[0]  # the longest ago


def test_questions_for_exams_alone_are_not_practised(ground: ExamFixture):
    learner = ground.officer()
    with ground.database.writing() as session:
        version = session.get_one(QuestionVersion, 1)
        version.use = "exam"
        session.flush()
        with pytest.raises(NotFound):
            free_practice.ask(Caller(session, learner, OVER), 1, str(uuid.uuid4()))


def test_an_answer_left_out_is_refused_and_a_short_one_wants_its_writers_word(ground: ExamFixture):
    learner = ground.officer()
    with ground.database.writing() as session:
        left_out = (
            ("single", {"options": []}, "answer_missing"),
            ("short_answer", {"text": ""}, "recall_needed"),
        )
        for type_, raw, code in left_out:
            version_id = session.scalar(
                select(QuestionVersion.id).where(QuestionVersion.type == type_).limit(1)
            )
            asked = free_practice.ask(Caller(session, learner, OVER), version_id, "e" * 36)
            with pytest.raises(RuleBroken) as broken:
                free_practice.answer(
                    Caller(session, learner, OVER), asked, "e" * 36, GivenAnswer(raw)
                )
            assert broken.value.code == code


def test_another_persons_answer_is_nobodys(ground: ExamFixture):
    mine, other = ground.officer(), ground.officer()
    given = answer(ground, mine, OVER, 1, right=True)
    with ground.database.reading() as session:
        assert (
            free_practice.feedback_of(Caller(session, mine, OVER), given).answer.recall
            == Recall.KNOWN
        )
        with pytest.raises(NotFound):
            free_practice.feedback_of(Caller(session, other, OVER), given)
