"""A deed that makes something is done once for each key, also by two requests at one instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations.models import IdempotentAction
from learnapp.domain.core.errors import NotFound
from learnapp.services.operations import idempotency, schedule
from tests.small_office import NOW, build


@pytest.fixture(scope="module")
def ground(module_database_url):
    """A database with the small installation, and the id of its admin; each test has its own key."""
    database = Database(make_engine(module_database_url))
    with database.writing() as session:
        people, *_ = build(session)
    yield database, people["admin"]
    database.engine.dispose()


def test_of_two_requests_at_one_instant_one_does_the_deed_and_both_get_its_result(ground):
    database, who = ground
    ready = Barrier(2)

    def press(number):
        ready.wait()
        with database.writing() as session:
            asked = idempotency.ask(session, who, "b" * 64, "rooms.add_window", NOW)
            if asked.is_new:
                idempotency.done(session, asked.action_id, {"at": f"/rooms/{number}"})
                return f"/rooms/{number}", True
            return asked.result["at"], False

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (1, 2)))
    assert len({at for at, _ in answers}) == 1
    assert sorted(is_new for _, is_new in answers) == [False, True]


def test_a_deed_that_made_nothing_may_be_asked_for_again(ground):
    database, who = ground
    for _ in range(2):
        with database.writing() as session:
            asked = idempotency.ask(session, who, "c" * 64, "bank.create", NOW)
            assert asked.is_new
            idempotency.given_up(session, asked.action_id)


def test_a_deed_of_which_the_process_died_is_taken_over_once_and_not_before_time(ground):
    database, who = ground
    with database.writing() as session:
        first = idempotency.ask(session, who, "d" * 64, "roster.upload", NOW)
    soon, later = NOW + timedelta(minutes=1), NOW + idempotency.BROKEN_OFF + timedelta(seconds=1)
    with database.writing() as session:
        waits = idempotency.ask(session, who, "d" * 64, "roster.upload", soon)
        assert (waits.is_new, waits.result, waits.action_id) == (False, None, first.action_id)
    with database.writing() as session:
        assert idempotency.ask(session, who, "d" * 64, "roster.upload", later).is_new
        assert not idempotency.ask(session, who, "d" * 64, "roster.upload", later).is_new


def test_another_person_with_the_same_key_does_another_deed(ground):
    database, who = ground
    with database.writing() as session:
        mine = idempotency.ask(session, who, "e" * 64, "bank.create", NOW)
        other = idempotency.ask(session, who + 1, "e" * 64, "bank.create", NOW)
        assert mine.is_new and other.is_new
        with pytest.raises(NotFound):
            idempotency.result_of(session, who, other.action_id)


def test_keys_go_after_a_week_by_the_scheduler(ground):
    database, who = ground
    with database.writing() as session:
        idempotency.ask(session, who, "f" * 64, "bank.create", NOW)
    for at, left in ((NOW + timedelta(days=6), 1), (NOW + timedelta(days=8), 0)):
        with database.writing() as session:
            for work in schedule.due(session, at):
                if work.job == "clear_deeds":
                    schedule.carry_out(session, at, work, "")
            assert (
                session.scalar(select(func.count()).where(IdempotentAction.key == "f" * 64)) == left
            )
