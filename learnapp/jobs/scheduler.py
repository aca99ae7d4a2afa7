"""The running scheduler: every process waits for one file lock, and who holds it ticks."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from learnapp import logs
from learnapp.clock import Clock
from learnapp.db.core.engine import Database
from learnapp.db.core.sealing import Seal
from learnapp.db.files.store import FileStore
from learnapp.db.operations import heartbeat
from learnapp.db.operations.leadership import Leadership
from learnapp.jobs import background, chases, imports, reminders, reports, sessions, upkeep
from learnapp.jobs.audit import Sealing
from learnapp.jobs.backups import NightlyBackups
from learnapp.jobs.channels import Channels
from learnapp.jobs.retention import Retention
from learnapp.jobs.tick import tick
from learnapp.jobs.timekeeping import Watch
from learnapp.randomness import Randomness

INTERVAL_S = 2
_ASK_EVERY_S = 3.0

log = logging.getLogger("learnapp.jobs")
_failures = logs.Failures(log)


@dataclass(frozen=True)
class Machine:
    """What the scheduler works with; entry points make it."""

    database: Database
    clock: Clock
    files: FileStore
    randomness: Randomness
    seal: Seal
    channels: Channels
    nightly: NightlyBackups | None = None


def start(machine: Machine, lock: Path) -> None:
    """Lead when the lock is free; the next process takes over when the leader dies."""
    threading.Thread(target=_lead, args=(machine, lock), daemon=True).start()


def _lead(machine: Machine, lock: Path) -> None:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)  # held until this process ends
    leadership = Leadership(machine.database)
    while True:
        while not leadership.take():  # another machine leads, and this one is well
            heartbeat.beat(handle)
            time.sleep(_ASK_EVERY_S)
        scheduler = _started(machine, handle)
        log.info("this process leads the scheduler")
        if leadership.is_alone:
            return
        while leadership.holds():
            time.sleep(_ASK_EVERY_S)
        log.warning("the scheduler's lock was lost with its connection: another machine may lead")
        scheduler.shutdown(wait=False)


def _started(machine: Machine, handle: int) -> BackgroundScheduler:
    """The rounds of all work, begun."""
    database, clock = machine.database, machine.clock
    watch = Watch(database, clock)
    retention, sealing = Retention(database, clock.now), Sealing(database, clock.now)
    _first_record(watch)
    scheduler = BackgroundScheduler(timezone="UTC")
    for name, seconds, work in (
        ("tick", INTERVAL_S, lambda: _tick(watch, machine, handle)),
        ("imports", 1, lambda: imports.read_waiting(database, machine.files, clock.now())),
        ("entries", 1, lambda: imports.enter_waiting(database, machine.seal, clock.now())),
        ("background", 1, lambda: background.carry_out_waiting(database, clock.now)),
        *_deeds_of_heads(machine),
        ("upkeep", 60, lambda: upkeep.round_of(database, clock.now())),
        # While a jump of the clock is suspected nothing goes by it.
        ("retention", 60, lambda: clock.jump() is None and retention.round()),
        ("audit", 60, sealing.round),
        ("backups", 60, lambda: machine.nightly is not None and machine.nightly.round()),
    ):
        # Three intervals late is still in time: a busy machine must not skip a round.
        scheduler.add_job(
            _attempt,
            "interval",
            (name, work),
            id=name,
            name=name,
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=3 * seconds,
        )
    heartbeat.beat(handle)
    scheduler.start()
    return scheduler


def _tick(watch: Watch, machine: Machine, handle: int) -> None:
    def alive() -> None:
        heartbeat.beat(handle)

    if watch.round():
        tick(machine.database, machine.clock.now(), machine.randomness, alive)
    alive()


def _deeds_of_heads(machine: Machine) -> list[tuple[str, int, Callable[[], object]]]:
    """Rounds of reports, reminders, chases and sessions; while a jump of the clock is suspected nothing
    is cut off, sent or escalated by it."""
    database, clock = machine.database, machine.clock
    freezing = reports.Freezing(database, clock.now)

    def steady(work: Callable[[Database, Callable[[], datetime]], object]) -> Callable[[], object]:
        return lambda: clock.jump() is None and work(database, clock.now)

    return [
        ("reports", 30, lambda: clock.jump() is None and freezing.round()),
        ("reminders", 5, steady(reminders.send_waiting)),
        ("chases", 60, steady(chases.watch)),
        ("sessions", 5, steady(sessions.credit)),
        (
            "messages",
            5,
            lambda: reminders.try_messages(database, clock.now, machine.channels.all()),
        ),
    ]


def _first_record(watch: Watch) -> None:
    """Record the time as early as possible; a database that is away is asked again each round."""
    try:
        watch.round()
    except SQLAlchemyError as error:
        _failures.note("time recorded", error)


def _attempt(name: str, work: Callable[[], object]) -> None:
    """One round; what fails is logged and tried again at the next."""
    try:
        work()
    except Exception as error:  # a database that is away for a while
        _failures.note(f"round {name}", error)
    else:
        _failures.well(f"round {name}")
