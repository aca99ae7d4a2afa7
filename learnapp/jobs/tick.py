"""One round of scheduled work: find what is due, do each piece in its own transaction."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime

from learnapp.db.engine import Database
from learnapp.services import schedule

log = logging.getLogger("learnapp.jobs")


def tick(database: Database, now: datetime) -> int:
    """Do all that is due at `now`; how many pieces were done. Safe to run twice, or very late."""
    with database.reading() as session:
        work = schedule.due(session, now)
    done = 0
    for piece in work:
        try:
            with database.writing() as session:
                done += schedule.do(session, now, piece, secrets.token_hex(32))
        except Exception:  # one bad piece must not stop the others; it is tried again next time
            log.exception("scheduled work failed: %s %s", piece.job, piece.period)
    return done
