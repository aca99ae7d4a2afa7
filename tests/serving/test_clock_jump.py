"""`learnapp serve` on a machine whose clock is put forward by a day, restarted, and put right."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import Attempt
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.operations import timekeeping
from tests.bench.stalled import Phone
from tests.guard import wait_until
from tests.server import Server
from tests.small_office import NOW, PASSWORD, build

EARLY = NOW + timedelta(hours=2)
DAY = timedelta(days=1)

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path, sqlite_url: str) -> Iterator[Server]:
    """A running installation in which the officer has begun an attempt of 20 minutes."""
    made = Server(tmp_path, now=EARLY, workers=2)
    path = made.home / "learnapp.sqlite3"
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), path)
    database = Database(make_engine(f"sqlite:///{path}"))
    with database.writing() as session:
        _people, _unit, window, _stage, _exam = build(session)
    made.start()
    Phone(made.port, "officer", PASSWORD, window).save()
    made.database = database
    yield made
    made.stop()
    database.engine.dispose()


def _state(server: Server) -> str:
    with server.database.reading() as session:
        return session.scalar(select(Attempt.state))


def _says(server: Server, text: str, times: int = 1) -> None:
    wait_until(lambda: server.log.read_text().count(text) >= times, f"no {text!r}", server.program)


def _recorded(server: Server) -> bool:
    with server.database.reading() as session:
        return timekeeping.recorded(session, "file") is not None


def test_a_day_forward_hands_in_nobody_even_after_a_restart_until_it_is_confirmed(server: Server):
    wait_until(lambda: _recorded(server), "the time was never recorded", server.program)
    server.set_clock(EARLY + DAY, really=EARLY + timedelta(minutes=1))
    _says(server, "clock jumped by")
    assert _state(server) == AttemptState.OPEN
    server.stop()
    server.start()
    _says(server, "clock jumped by", times=2)
    assert _state(server) == AttemptState.OPEN
    assert "jumped by" in server.run("clock", "show")
    assert "followed" in server.run("clock", "confirm")
    assert "nothing to confirm" in server.run("clock", "confirm")
    wait_until(lambda: _state(server) == AttemptState.SUBMITTED, "never handed in", server.program)
