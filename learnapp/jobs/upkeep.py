"""Upkeep of the database's speed: statistics of its tables after imports and weekly, and a word in the
log on who holds the write lock for long."""

from __future__ import annotations

import logging
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.db.operations import query_statistics

# Nobody should hold the write lock longer, in seconds.
LONG_S = 0.05

log = logging.getLogger("learnapp.jobs")


def round_of(database: Database, now: datetime) -> bool:
    """One round; whether statistics were renewed."""
    with database.reading() as session:
        old = query_statistics.is_old(session, now)
    renewed = False
    if old:
        with database.writing("job analyse") as session:
            renewed = query_statistics.renew(session, now)
    for each in database.monitor.by_name():
        if each.seconds > LONG_S:
            log.info("write lock: %s held it for %.0f ms", each.name, 1000 * each.seconds)
    database.monitor.clear()
    return renewed
