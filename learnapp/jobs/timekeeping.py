"""Watching the machine's clock beside the scheduler: what is recorded, and when work is paused."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import timedelta

from learnapp.clock import Clock, MachineClock
from learnapp.db.core.engine import Database
from learnapp.services.operations import timekeeping

RECORD_EVERY_S = 30.0

log = logging.getLogger("learnapp.jobs")


class Watch:
    """One process's watch over its clock; `round` is called before each round of scheduled work."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._jump: timedelta | None = None
        self._recorded_at = float("-inf")

    def round(self) -> bool:
        """Whether scheduled work may go by the clock now; records and logs what changed."""
        clock = self._clock
        if not isinstance(clock, MachineClock):
            return True
        if not clock.settled:
            with self._database.reading() as session:
                clock.settle(timekeeping.recorded(session, clock.read().boot))
        due = time.monotonic() - self._recorded_at >= RECORD_EVERY_S
        jump = clock.jump()
        if due or jump is not None or self._jump is not None:
            jump = self._recorded(clock)
        if (jump is None) != (self._jump is None):
            _log(jump)
        self._jump = jump
        return jump is None

    def _recorded(self, clock: MachineClock) -> timedelta | None:
        """Record the installation's time; in the same transaction a confirmation is taken over first."""
        with self._database.writing() as session:
            if clock.jump() is not None:
                clock.follow(timekeeping.recorded(session, clock.read().boot))
            now, jump = clock.now(), clock.jump()
            trusted = replace(clock.read(), wall=now)
            timekeeping.record(session, trusted, suspected=jump is not None)
        self._recorded_at = time.monotonic()
        return jump


def _log(jump: timedelta | None) -> None:
    if jump is None:
        log.warning("the machine's clock is believed again: scheduled work goes on")
        return
    log.error(
        "the machine's clock jumped by %.0f s and is not followed: nothing opens, closes or is "
        "handed in by the clock until it is right again or an admin confirms it at /clock",
        jump.total_seconds(),
    )
