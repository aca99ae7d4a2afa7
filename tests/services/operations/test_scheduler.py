"""The scheduler as it runs: one leader by one lock, its rounds, and a database that is away for a while."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.events import EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from learnapp.clock import Clock, MachineClock
from learnapp.db.accounts.models import SignIn
from learnapp.db.bank.models import Bank
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.sealing import Seal
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.files.models import ImportJob
from learnapp.db.files.store import FileStore
from learnapp.db.operations import background_jobs, heartbeat, query_statistics
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.reports.models import ReportIssue
from learnapp.domain.core.permissions import Actor
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.domain.operations.timekeeping import ClockReading
from learnapp.jobs import scheduler
from learnapp.jobs.channels import Channels
from learnapp.jobs.scheduler import Machine
from learnapp.services.accounts import sign_in
from learnapp.services.bank import question_imports
from learnapp.services.exams import attempt_start
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from tests.conftest import Migrated
from tests.determined import FixedClock, SeededRandomness
from tests.small_office import NOW, build

EARLY, OVER = NOW + timedelta(hours=2), NOW + timedelta(hours=10)
# What is done for heads: reports, reminders, chases, sessions.
HEADS = ("reports", "reminders", "chases", "sessions", "messages")
PATIENCE_S = 60  # for what takes some milliseconds on a quiet machine


class Leader:
    """The scheduler that runs in this process, watched: it is the real one."""

    def __init__(self) -> None:
        self.leads = threading.Event()
        self.made: list[BackgroundScheduler] = []
        self._rounds: dict[str, threading.Event] = {}

    def began(self, made: BackgroundScheduler) -> None:
        """It started."""
        made.add_listener(self._executed, EVENT_JOB_EXECUTED)
        self.made.append(made)
        self.leads.set()

    def _executed(self, event: JobExecutionEvent) -> None:
        if event.job_id in self._rounds:
            self._rounds[event.job_id].set()

    def round(self, name: str) -> None:
        """Wait for a whole round of this work, which begins at once."""
        done = self._rounds[name] = threading.Event()
        self.made[0].modify_job(name, next_run_time=datetime.now(UTC))
        assert done.wait(PATIENCE_S)


@pytest.fixture
def leader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Leader]:
    """Rounds begin when a test asks for one, and end with it."""
    watched = Leader()

    class Watched(BackgroundScheduler):
        def start(self, paused: bool = False) -> None:
            for job in self.get_jobs():
                job.modify(next_run_time=None)
            super().start(paused)
            watched.began(self)

    monkeypatch.setattr(scheduler, "BackgroundScheduler", Watched)
    yield watched
    for each in watched.made:
        each.shutdown()


@pytest.fixture
def machine_over(tmp_path: Path) -> Iterator[Callable[[str, Clock], Machine]]:
    """Gives what the scheduler works with."""
    opened: list[Database] = []

    def make(url: str, clock: Clock) -> Machine:
        opened.append(Database(make_engine(url)))
        files = FileStore(tmp_path / "files")
        seal, channels = Seal(b"a key of a test"), Channels(tmp_path / "channels.toml")
        return Machine(opened[-1], clock, files, SeededRandomness(), seal, channels)

    yield make
    for each in opened:
        each.engine.dispose()


def test_who_waits_for_the_lock_does_nothing_until_its_holder_is_gone(
    sqlite_url: str, tmp_path: Path, machine_over, leader: Leader
):
    lock = tmp_path / "scheduler.lock"
    holder = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(holder, fcntl.LOCK_EX)
    scheduler.start(machine_over(sqlite_url, FixedClock(NOW)), lock)
    assert not leader.leads.wait(0.1) and heartbeat.age_s(lock) is None
    os.close(holder)
    assert leader.leads.wait(PATIENCE_S)
    assert heartbeat.age_s(lock) is not None
    with lock.open("rb") as another, pytest.raises(BlockingIOError):
        fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_leader_hands_in_what_is_over_reads_files_and_renews_statistics(
    sqlite: Migrated, tmp_path: Path, machine_over, leader: Leader
):
    machine = machine_over(sqlite.new_office_url(), FixedClock(OVER))
    with machine.database.writing() as session:
        people, unit_id, window_id, _, _ = build(session)
        begins = Caller(session, Actor(people["officer"]), EARLY)
        attempt_start.start(begins, window_id, "5eed")
        kept = NewFile(machine.files.put("1.甲问（对）".encode()), 15, "题.txt", "txt")
        system = Caller(session, Actor(people["admin"]), NOW)
        bank = session.scalars(select(Bank)).first()
        assert bank is not None
        question_imports.begin(system, bank, staged_imports.keep_file(system, unit_id, kept))
        new = NewJob(WorkKind.ITEM_STATISTICS, str(bank.id), unit_id)
        background_jobs.ask(system, new)
    lock = tmp_path / "scheduler.lock"
    scheduler.start(machine, lock)
    assert leader.leads.wait(PATIENCE_S)
    lock.write_bytes(b"")
    for name in ("tick", "imports", "entries", "background", "upkeep", *HEADS):
        leader.round(name)
    assert heartbeat.age_s(lock) is not None
    with machine.database.reading() as session:
        assert session.scalars(select(Attempt.state)).all() == ["submitted"]
        assert session.scalars(select(ImportJob.state)).all() == ["staged"]
        assert session.scalars(select(BackgroundJob.state)).all() == ["done"]
        assert not query_statistics.is_old(session, OVER)
        assert session.scalars(select(ReportIssue.number)).all() == [1]


class Jumped(FixedClock):
    """A clock whose jump is suspected."""

    def jump(self) -> timedelta | None:
        return timedelta(days=400)


@pytest.mark.parametrize(("clock", "left"), [(FixedClock, 0), (Jumped, 1)])
def test_at_night_what_is_due_goes_unless_the_clock_is_doubted(
    clock: type[FixedClock], left: int, sqlite: Migrated, tmp_path: Path, machine_over, leader
):
    night = NOW.replace(hour=19) + timedelta(days=400)
    machine = machine_over(sqlite.new_office_url(), clock(night))
    with machine.database.writing() as session:
        people, *_ = build(session)
        sign_in.succeed(session, people["officer"], "手机", NOW)
    scheduler.start(machine, tmp_path / "scheduler.lock")
    assert leader.leads.wait(PATIENCE_S)
    leader.round("retention")
    with machine.database.reading() as session:
        assert len(session.scalars(select(SignIn.id)).all()) == left


def test_a_database_that_is_away_stops_no_round_for_good_and_its_return_is_logged(
    sqlite: Migrated,
    tmp_path: Path,
    machine_over,
    leader: Leader,
    caplog: pytest.LogCaptureFixture,
):
    away, lock = tmp_path / "away" / "it.sqlite3", tmp_path / "scheduler.lock"
    clock = MachineClock(lambda: ClockReading(NOW, 5000.0, "first"))
    scheduler.start(machine_over(f"sqlite:///{away}", clock), lock)
    assert leader.leads.wait(PATIENCE_S)
    lock.write_bytes(b"")
    for name in ("tick", "upkeep"):
        leader.round(name)
    failed = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    for what in ("time recorded", "round tick", "round upkeep"):
        assert sum(each.startswith(f"{what} failed: ") for each in failed) == 1
    assert heartbeat.age_s(lock) is None  # a round that failed is no sign of life
    (tmp_path / "mended").mkdir()
    shutil.copyfile(sqlite.new_url().removeprefix("sqlite:///"), tmp_path / "mended" / away.name)
    (tmp_path / "mended").rename(away.parent)
    for name in ("tick", "upkeep"):
        leader.round(name)
    said = [each.getMessage() for each in caplog.records]
    assert "round tick works again" in said and "round upkeep works again" in said
    assert heartbeat.age_s(lock) is not None
