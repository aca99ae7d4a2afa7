"""The running scheduler: every process waits for one file lock, and who holds it ticks."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from learnapp.clock import Clock
from learnapp.db.engine import Database
from learnapp.db.files import FileStore
from learnapp.jobs import imports
from learnapp.jobs.tick import tick
from learnapp.jobs.timekeeping import Watch

INTERVAL_S = 2

log = logging.getLogger("learnapp.jobs")


def start(database: Database, clock: Clock, files: FileStore, lock: Path) -> None:
    """Lead when the lock is free; the next process takes over when the leader dies."""
    arguments = (database, clock, files, lock)
    threading.Thread(target=_lead, args=arguments, daemon=True).start()


def _lead(database: Database, clock: Clock, files: FileStore, lock: Path) -> None:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)  # held until this process ends
    watch = Watch(database, clock)
    _first_record(watch)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: watch.round() and tick(database, clock.now()),
        "interval",
        seconds=INTERVAL_S,
        max_instances=1,
        coalesce=True,
    )
    scheduler.add_job(
        lambda: imports.read_waiting(database, files, clock.now()),
        "interval",
        seconds=1,
        max_instances=1,
        coalesce=True,
    )
    scheduler.start()


def _first_record(watch: Watch) -> None:
    """Record the time as early as possible; a database that is away is asked again each round."""
    try:
        watch.round()
    except SQLAlchemyError:
        log.exception("the time could not be recorded")
