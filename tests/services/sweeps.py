"""Exams that were sat and settled, and what a sweep of retention leaves of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow
from learnapp.db.exams.attempts import answers_of, lock_sitting
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams import attempts, integrity
from learnapp.services.operations import retention as service
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)
SETTLED = NOW + timedelta(days=100)
LONG_AFTER = NOW + timedelta(days=200)


def sit(ground: ExamFixture) -> tuple[Actor, int]:
    """Somebody chooses, thinks again and hands in; each question of a closed type three times."""
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        caller = Caller(session, officer, EARLY)
        sitting = lock_sitting(session, public_id, officer.own_id())
        events = [
            AnswerEvent(str(uuid4()), 3 * number + again, number, {"options": [chosen]})
            for number, place in sitting.places.items()
            if place.option_ids
            for again, chosen in enumerate(
                (place.option_ids[0], place.option_ids[1], place.option_ids[0])
            )
        ]
        attempts.receive(caller, public_id, events)
        fact = {"fact_id": str(uuid4()), "kind": "left", "seconds": 9}
        integrity.store_page_facts(caller, public_id, [fact])
        attempts.submit(caller, public_id)
    return officer, sitting.id


def sweep(ground: ExamFixture, now, most: int = 10_000) -> int:
    """Remove what is due at an instant, in so many steps at most; how many rows went."""
    made, rows = service.Sweep(), 0
    for _ in range(most):
        with ground.database.reading() as session:
            step = made.next(session, now)
        if step is None:
            break
        with ground.database.writing() as session:
            rows += service.carry_out(session, now, step)
    return rows


def count(ground: ExamFixture, table, *where) -> int:
    with ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def answers(ground: ExamFixture, attempt_id: int) -> dict:
    with ground.database.reading() as session:
        return {
            question: (event.event_id, event.response)
            for question, event in answers_of(session, attempt_id).items()
        }


def settle(ground: ExamFixture) -> None:
    """The window is closed, and its keys are shown."""
    while ground.work(OVER):
        pass


def events_of(attempt_id: int):
    return AnswerEventRow.attempt_id == attempt_id
