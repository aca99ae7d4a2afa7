"""No acknowledged answer is lost, none marked twice, none counted late: the server killed, the network bad.

The suite runs it short; `make soak` in full: 200 attempts, 100 kills, on each database.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.migrate import upgrade
from learnapp.domain.exams.exams import AttemptState
from tests.guard import let_pass, wait_until
from tests.reliability.ledger import reckon
from tests.reliability.phones import Crowd, NoAnswer, Phone, Way, flush, tally
from tests.reliability.proxy import FATES, BadNetwork
from tests.server import Server
from tests.small_office import NOW, build, officers

SOAK = os.environ.get("LEARNAPP_SOAK") == "1"
ATTEMPTS, KILLS, THREADS = (200, 100, 40) if SOAK else (24, 3, 8)
EACH_FATE = 400 if SOAK else 20  # on a bad network, so often at least
EARLY = NOW + timedelta(hours=2)
# Everybody starts within a few minutes and has 20: by then all are late, however slow the machine.
LATE = EARLY + timedelta(hours=1)


class Hall:
    """A server with an open exam, its database, and phones that have the test page open."""

    def __init__(self, folder: Path, url: str) -> None:
        self.database = Database(make_engine(url))
        upgrade(self.database.engine)
        with self.database.writing() as session:
            _staff, unit_id, self.window_id, _stage, _exam = build(session)
            officers(session, unit_id, 400_000, ATTEMPTS)
        self.server = Server(folder, now=EARLY, database_url=url, workers=2)

    def phones(self, port: int) -> list[Phone]:
        """Everybody's phone, signed in and at the test page."""
        phones = [Phone(f"{400000 + n}", Way(port), random.Random(n)) for n in range(ATTEMPTS)]
        try:
            with ThreadPoolExecutor(8) as hands:
                list(hands.map(lambda phone: phone.open(self.window_id), phones))
        except AssertionError as unopened:
            raise AssertionError(f"{unopened}\n{self.server.last_words()}") from unopened
        return phones

    def late(self, phones: list[Phone], at: datetime) -> None:
        """Each phone that has not handed in taps and sends when deadline and grace are over."""
        self.server.set_clock(at)
        for phone in phones:
            if not phone.submitted:
                phone.tap(late=True)
        flush(phones)

    def handed_in(self) -> None:
        """Wait until the scheduler has handed in whoever did not."""

        def all_in() -> bool:
            count = select(func.count()).where(Attempt.state == AttemptState.OPEN)
            with self.database.reading() as session:
                return session.scalar(count) == 0

        assert self.server.program is not None
        wait_until(all_in, "somebody was never handed in", self.server.program)


@pytest.fixture
def hall(tmp_path: Path, new_database_url) -> Iterator[Hall]:
    made = Hall(tmp_path, new_database_url())
    made.server.start()
    yield made
    made.server.stop()
    made.database.engine.dispose()


def _told(what: str, counts, wrong) -> str:
    events = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
    return f"{what}: {events}; " + ", ".join(f"{name}: {count}" for name, count in wrong.items())


def test_killed_at_any_moment_nothing_acknowledged_is_lost(hall: Hall, record_property):
    phones = hall.phones(hall.server.port)
    moments = random.Random(9)
    with Crowd(phones, THREADS, submitting=0.002 if SOAK else 0.01) as crowd:
        for _ in range(KILLS):
            enough = crowd.acknowledged() + moments.randint(10, 100)
            crowd.goes_on_until(lambda: crowd.acknowledged() >= enough, "nobody is answered")  # noqa: B023
            let_pass(moments.uniform(0, 0.3))  # the random moment
            hall.server.kill()
            hall.server.start()
    flush(phones)
    hall.late(phones, LATE)
    hall.handed_in()
    with hall.database.reading() as session:
        wrong = reckon(session, phones)
    what = f"{ATTEMPTS} attempts, server killed {KILLS} times"
    record_property("tried", _told(what, tally(phones), wrong))
    assert not any(wrong.values()), wrong
    assert sum(state == "held" for phone in phones for state in phone.told.values()) > ATTEMPTS


def test_a_network_that_drops_delays_doubles_and_reorders_loses_nothing(
    hall: Hall, record_property
):
    with BadNetwork(hall.server.port, seed=4) as network:
        phones = hall.phones(network.port)
        with Crowd(phones, THREADS, submitting=0.002 if SOAK else 0.005) as crowd:
            crowd.goes_on_until(
                lambda: min(network.fates[fate] for fate in FATES) >= EACH_FATE, "too few requests"
            )
        network.settle()
        network.calm = True
        flush(phones)
        for phone in phones[::2]:
            if not phone.submitted:
                _until_answered(phone)
        hall.late(phones, LATE)
        hall.handed_in()
    with hall.database.reading() as session:
        wrong = reckon(session, phones)
    counts = tally(phones) + network.fates
    record_property("tried", _told(f"{ATTEMPTS} attempts on a bad network", counts, wrong))
    assert not any(wrong.values()), wrong
    assert all(network.fates[fate] for fate in FATES)


def _until_answered(phone: Phone) -> None:
    for _ in range(50):
        try:
            phone.submit()
            return
        except NoAnswer:
            continue
    raise AssertionError(f"{phone.login} could not hand in")
