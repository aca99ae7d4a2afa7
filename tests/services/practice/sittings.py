"""People who answer wrongly in an exam, and rightly or wrongly in practice."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.practice.notebook import Recall
from learnapp.services.exams import attempt_start, attempts
from learnapp.services.practice import free_practice, notebook
from learnapp.services.practice.free_practice import GivenAnswer
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)  # the window closed an hour ago
CLOSED = ("single", "multiple", "true_false")


def sit(ground: ExamFixture, officer: Actor, now=EARLY, window_id: int | None = None) -> str:
    """Everything answered wrongly that can be, nothing written; handed in and marked."""
    with ground.database.writing() as session:
        window = window_id or ground.window_id
        public_id = attempt_start.start(
            Caller(session, officer, now), window, uuid.uuid4().hex
        ).public_id
    with ground.database.writing() as session:
        events = []
        for seq, (ordinal, type_, key, order) in enumerate(keys_of(session, public_id), 1):
            if type_ in CLOSED:
                wrong = next(o for o in order if [o] != key["options"])
                response = {"options": [wrong]}
                events.append(AnswerEvent(str(uuid.uuid4()), seq, ordinal, response))
        attempts.submit(Caller(session, officer, now), public_id, events)
    return public_id


def keys_of(session, public_id: str):
    return session.execute(
        select(
            PaperQuestion.ordinal, PaperQuestion.type, KeyRevision.key, PaperQuestion.option_order
        )
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(KeyRevision, KeyRevision.version_id == PaperQuestion.version_id)
        .where(Attempt.public_id == public_id)
        .order_by(PaperQuestion.ordinal)
    ).all()


def versions_on(session, public_id: str) -> set[int]:
    return set(
        session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == public_id)
        )
    )


def the_book(ground: ExamFixture, officer: Actor, now):
    with ground.database.reading() as session:
        return notebook.book(Caller(session, officer, now))


def answer_in_practice(
    ground: ExamFixture, officer: Actor, now, version_id: int, right: bool
) -> int:
    with ground.database.writing() as session:
        event_id = str(uuid.uuid4())
        asked = free_practice.ask(Caller(session, officer, now), version_id, event_id)
        key = session.scalar(select(KeyRevision.key).where(KeyRevision.version_id == version_id))
        if asked.version.type in CLOSED:
            wrong = next(o for o in asked.option_order if [o] != key["options"])
            raw = {"options": key["options"] if right else [wrong]}
        elif asked.version.type == "fill_blank":
            raw = {"blanks": [each[0] if right else "记不清" for each in key["blanks"]]}
        else:
            own = Recall.KNOWN if right else Recall.WRONG
            return free_practice.answer(
                Caller(session, officer, now), asked, event_id, GivenAnswer({"text": ""}, own)
            )
        return free_practice.answer(
            Caller(session, officer, now), asked, event_id, GivenAnswer(raw)
        )
