"""One round of scheduled work: find what is due, do each piece in its own transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from learnapp import logs
from learnapp.db.core.engine import Database
from learnapp.db.progress import counters
from learnapp.randomness import Randomness
from learnapp.services.operations import schedule

log = logging.getLogger("learnapp.jobs")
_failures = logs.Failures(log)
_COUNTS = 100


def tick(
    database: Database,
    now: datetime,
    randomness: Randomness,
    alive: Callable[[], None] = lambda: None,
) -> int:
    """Do all that is due at `now`; how many pieces were done. Safe to run twice, or very late.

    `alive` is called after each piece: a long round is no dead one.
    """
    with database.reading() as session:
        work = schedule.due(session, now)
    done = 0
    for piece in work:
        what = f"job {piece.job} period {piece.period}"
        try:
            with database.reading() as session:
                ahead = schedule.look_ahead(session, now, piece)
            with database.writing(f"job {piece.job}") as session:
                done += schedule.carry_out(session, now, piece, randomness.seed(), ahead)
        except Exception as error:  # it must not stop the others; it is tried again next time
            _failures.note(what, error)
        else:
            _failures.well(what)
        alive()
    return done + _count(database, now, alive)


def _count(database: Database, now: datetime, alive: Callable[[], None]) -> int:
    """Count people who wait to be counted, some in each transaction; how many. What is left after so
    many transactions waits for the next round: a window must not open late for it."""
    people = 0
    for _ in range(_COUNTS):
        try:
            with database.reading() as session:
                if not counters.anybody_waits(session, now):
                    break
            with database.writing() as session:
                people += counters.catch_up(session, now) or 0
        except Exception as error:
            _failures.note("counters", error)
            break
        else:
            _failures.well("counters")
        alive()
    return people
