"""All of the scheduler's rounds at one instant, for a history that is made in the order of time."""

from __future__ import annotations

from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.jobs import background, chases, reminders, reports, sessions
from learnapp.jobs.tick import tick
from learnapp.randomness import Randomness


def rounds_at(
    database: Database, now: datetime, randomness: Randomness, windows_alone: bool = False
) -> None:
    """Do what the scheduler would have done by then: windows, reports, chases, reminders, credit, work
    in the background; or windows alone."""

    def clock() -> datetime:
        return now

    tick(database, now, randomness)
    if windows_alone:
        return
    reports.Freezing(database, clock).round()
    chases.watch(database, clock)
    sessions.credit(database, clock)
    reminders.send_waiting(database, clock)
    background.carry_out_waiting(database, clock)
