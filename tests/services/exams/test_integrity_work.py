"""What is read of attempts for their signals is what each of them says by itself."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, integrity
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.attempts import answers_of
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.likeness import Choice
from learnapp.services.exams import attempts
from learnapp.services.exams.integrity_work import Choices, chance_of
from question_bank.kinds import CHOICES, QuestionType
from tests.services.conftest import EARLY, ExamFixture

LATER = EARLY + timedelta(minutes=10)


def test_signals_are_of_the_newest_answer_of_each_question_that_counts(ground: ExamFixture):
    """Two who copied, and a crowd: the answers as they were changed and cleared, not as they were first."""
    chance = random.Random(3)
    officers = [ground.officer() for _ in range(8)]
    for officer in officers:
        public_id = ground.start(officer, EARLY)
        with ground.database.writing() as session:
            places = session.execute(
                select(PaperQuestion.ordinal, PaperQuestion.type, QuestionVersion.options)
                .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
                .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
                .where(Attempt.public_id == public_id, PaperQuestion.type.in_(CHOICES))
            ).all()
            events = []
            for seq in range(1, 20):
                ordinal, _kind, options = chance.choice(places)
                given = {"options": [chance.choice(options)["id"]]}
                response = None if chance.random() < 0.2 else given
                events.append(AnswerEvent(str(uuid.uuid4()), seq, ordinal, response))
            attempts.submit(Caller(session, officer, LATER), public_id, events)
    with ground.database.reading() as session:
        sat = integrity.sat_in(session, ground.window_id)
        expected = {each.id: by_attempt(session, each.id) for each in sat}
        found = Choices().of(session, [each.id for each in sat])
    assert {each: found.get(each, {}) for each in expected} == expected
    assert sum(map(len, expected.values())) > 10


def by_attempt(session, attempt_id: int) -> dict[int, Choice]:
    """The choices of one attempt, looked up one by one."""
    answers = answers_of(session, attempt_id)
    marks = attempt_papers.marks_of(session, attempt_id)
    found = {}
    for place in attempt_papers.paper_of(session, attempt_id):
        response = answers[place.ordinal].response if place.ordinal in answers else None
        if place.type in CHOICES and response is not None:
            chance = chance_of(QuestionType(place.type), len(place.options))
            right = bool(marks[place.ordinal].right)
            found[place.version_id] = Choice(frozenset(response["options"]), right, chance)
    return found
