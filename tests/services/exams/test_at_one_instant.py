"""Threads let go at the same instant: one attempt, one submit, and every answer told one thing."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams import attempt_results, attempts
from tests.services.conftest import EARLY, ExamFixture


def _at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Each deed in a thread of its own, all let go at the same instant; what each came to."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [each.result() for each in [pool.submit(run, deed) for deed in deeds]]


def test_eight_starts_at_one_instant_land_in_one_attempt(ground):
    for _ in range(5):
        officer = ground.officer()
        starts = [lambda: ground.start(officer, EARLY)] * 8  # noqa: B023  # used at once
        assert len(set(_at_once(starts))) == 1


def test_submits_and_answers_at_one_instant_agree_on_what_counted(ground, record_property):
    kept = late = 0
    for n in range(10):
        officer = ground.officer()
        public_id = ground.start(officer, EARLY)
        deeds = [_answering(ground, officer, public_id, n * 100 + k) for k in range(5)]
        deeds[2:2] = [_handing_in(ground, officer, public_id)] * 3
        told = _at_once(deeds)
        firsts = [each for each in told if isinstance(each, bool)]
        states = dict(pair for each in told if isinstance(each, list) for pair in each)
        assert sorted(firsts) == [False, False, True]
        with ground.database.reading() as session:
            sheet = attempt_results.open_sheet(session, officer, public_id)
            rows = session.execute(
                select(AnswerEventRow.event_id, AnswerEventRow.state).where(
                    AnswerEventRow.attempt_id == sheet.head.id
                )
            ).all()
        assert {row.event_id: row.state for row in rows} == states
        kept += sum(state == "held" for state in states.values())
        late += sum(state == "after_submit" for state in states.values())
        assert len(states) == 5
    record_property("tried", f"answers beside three submits: {kept} held, {late} after the submit")


def _answering(ground: ExamFixture, officer: Actor, public_id: str, n: int) -> Callable[[], object]:
    made = AnswerEvent(str(uuid.UUID(int=n + 1)), n + 1, 9, {"text": "依法"})

    def deed() -> object:
        with ground.database.writing() as session:
            return attempts.receive(Caller(session, officer, EARLY), public_id, [made]).acknowledged

    return deed


def _handing_in(ground: ExamFixture, officer: Actor, public_id: str) -> Callable[[], object]:
    def deed() -> object:
        with ground.database.writing() as session:
            return attempts.submit(Caller(session, officer, EARLY), public_id).first

    return deed
