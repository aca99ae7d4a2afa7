"""Backups beside the scheduler: one a night, and one by day after nights that were missed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from learnapp.db.core.engine import Database
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault, BackupTarget
from learnapp.services.operations import backups

log = logging.getLogger("learnapp.jobs")


class NightlyBackups:
    """Makes what is due, and records what became of it."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], home: Path, target: BackupTarget
    ) -> None:
        self._database, self._now = database, now
        self._home, self._target = home, target

    def round(self) -> bool:
        """Whether a good backup was made; one that failed is recorded with its reason."""
        with self._database.reading() as session:
            if not backups.is_due(session, self._now()):
                return False
        return make(self._database, self._home, self._target, self._now)


def make(database: Database, home: Path, target: BackupTarget, now: Callable[[], datetime]) -> bool:
    """Make a backup and record it, good or failed for whatever reason; whether it was good."""
    begun = now()
    try:
        taken = backups.take(database, home, target, begun)
    except Conflict as why:
        log.error("backup failed: %s", why.code)
        return _failed(database, begun, now(), why)
    except Exception as error:  # what is not recorded would be tried again at once, for ever
        log.exception("backup failed")
        unknown = Conflict(BackupFault.FAILED, words=type(error).__name__)
        return _failed(database, begun, now(), unknown)
    with database.writing("backup recorded") as session:
        backups.note_good(session, taken, now())
    log.info("backup made: %s bytes", taken.size)
    if taken.rotation:
        log.warning("old backups could not be removed: %s", taken.rotation)
    return True


def _failed(database: Database, begun: datetime, ended: datetime, why: Conflict) -> bool:
    with database.writing("backup recorded") as session:
        backups.note_failed(session, begun, ended, why)
    return False
