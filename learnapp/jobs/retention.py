"""Retention beside the scheduler: what is due goes at a quiet hour, in parts of short transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.services.operations import retention
from learnapp.services.operations.retention import Sweep

# Transactions of a round: the scheduler's other rounds must not wait for hours.
MOST_STEPS = 200


class Retention:
    """The sweep of one process, in rounds; a round that fails lets the next begin it again."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._sweep = Sweep()

    def round(self) -> int:
        """Go on with what is due, if the hour is right; how many rows went."""
        with self._database.reading() as session:
            if not retention.may_run(session, self._now()):
                return 0
        sweep, self._sweep = self._sweep, Sweep()
        rows = 0
        for _ in range(MOST_STEPS):
            with self._database.reading() as session:
                step = sweep.next(session, self._now())
            if step is None:
                return rows
            with self._database.writing(f"retention {step.rule}") as session:
                rows += retention.carry_out(session, self._now(), step)
        self._sweep = sweep
        return rows
