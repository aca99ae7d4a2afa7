"""From what phones and answers say to signals; who may see them; what a page may send."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PageFact
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.integrity import SignalKind
from learnapp.jobs import background
from learnapp.services.exams import attempts, integrity
from learnapp.services.exams.integrity import IntegrityView
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import hand_in_empty

LATER = EARLY + timedelta(minutes=10)


def left(seconds: int) -> dict:
    return {"fact_id": str(uuid.uuid4()), "kind": "left", "seconds": seconds}


def notice(ground: ExamFixture, officer: Actor, public_id: str, facts) -> int:
    with ground.database.writing() as session:
        integrity.store_page_facts(Caller(session, officer, EARLY), public_id, facts)
        return session.scalar(
            select(func.count())
            .select_from(PageFact)
            .join(Attempt, Attempt.id == PageFact.attempt_id)
            .where(Attempt.public_id == public_id)
        )


def test_what_a_page_noticed_becomes_a_signal_for_the_owner_and_for_nobody_else(
    ground: ExamFixture,
):
    officer, other = ground.officer(), ground.officer()
    public_id = ground.start(officer, EARLY)
    facts = [left(90), left(100), left(110)]
    assert notice(ground, officer, public_id, facts) == 3
    assert notice(ground, officer, public_id, facts) == 3  # sent twice, kept once
    with pytest.raises(NotFound):
        notice(ground, other, public_id, facts)
    event = AnswerEvent(str(uuid.uuid4()), 1, 1, None)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, LATER), public_id, [event])
    assert signals(ground, LATER) == []  # not counted yet
    with ground.database.writing() as session:
        job_id = integrity.ask(Caller(session, ground.admin, LATER), ground.window_id).id
        again = integrity.ask(Caller(session, ground.admin, LATER), ground.window_id)
        assert again.id == job_id
        with pytest.raises(Forbidden):
            integrity.ask(Caller(session, officer, LATER), ground.window_id)
    background.carry_out_waiting(ground.database, lambda: LATER)
    assert [(each.kind, len(each.people)) for each in signals(ground, LATER)] == [
        (SignalKind.AWAY, 1)
    ]
    assert signals(ground, LATER)[0].evidence["seconds"] == 300
    with ground.database.reading() as session:
        with pytest.raises(Forbidden):
            integrity.of_window(Caller(session, officer, LATER), ground.window_id)
        with pytest.raises(NotFound):
            integrity.of_window(Caller(session, ground.admin, LATER), 99_999)


def signals(ground: ExamFixture, now: datetime) -> list[IntegrityView]:
    """What the page of the window shows."""
    with ground.database.reading() as session:
        return integrity.of_window(Caller(session, ground.admin, now), ground.window_id).found


def count_again(ground: ExamFixture, now: datetime) -> None:
    with ground.database.writing() as session:
        integrity.ask(Caller(session, ground.admin, now), ground.window_id)
    background.carry_out_waiting(ground.database, lambda: now)


def test_the_page_says_how_many_were_handed_in_since_it_was_counted(ground: ExamFixture):
    hand_in_empty(ground, ground.officer())
    count_again(ground, LATER)
    hand_in_empty(ground, ground.officer())
    with ground.database.reading() as session:
        found = integrity.of_window(Caller(session, ground.admin, LATER), ground.window_id)
        assert found.since == 1 and found.counted is not None
        assert found.counted.begun_at == LATER
        assert found.counted.result == {"attempts": 1, "signals": 0}


def test_odd_facts_are_left_out_and_too_many_are_not_kept(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    odd = [
        None,
        7,
        {},
        {"kind": "left"},
        left(5) | {"kind": "thought"},
        left(5) | {"seconds": "5"},
        left(5) | {"fact_id": "x" * 400},
        left(5) | {"fact_id": 3},
    ]
    assert notice(ground, officer, public_id, odd) == 0
    assert notice(ground, officer, public_id, "facts") == 0
    many = [left(1) for _ in range(integrity.MOST_FACTS + 50)]
    assert notice(ground, officer, public_id, many) == integrity.MOST_FACTS
    assert notice(ground, officer, public_id, [left(1)]) == integrity.MOST_FACTS
