"""People who answer wrongly in an exam, and rightly or wrongly in practice."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.domain.core.permissions import Actor
from learnapp.domain.practice.notebook import Recall
from learnapp.services.practice import free_practice, notebook
from learnapp.services.practice.free_practice import GivenAnswer
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import hand_in
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)  # the window closed an hour ago
CLOSED = ("single", "multiple", "true_false")


def sit(ground: ExamFixture, officer: Actor, now=EARLY, window_id: int | None = None) -> str:
    """Everything answered wrongly that can be, nothing written; handed in and marked."""

    def wrongly(session, public_id: str):
        for ordinal, type_, key, order in keys_of(session, public_id):
            if type_ in CLOSED:
                yield ordinal, {"options": [next(o for o in order if [o] != key["options"])]}

    return hand_in(ground, officer, wrongly, now, window_id)


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
