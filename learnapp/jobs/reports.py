"""Reports frozen at their cut-off: found without a lock, stored in short transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.services.reports import cut_offs, freezing

log = logging.getLogger("learnapp.jobs")


def freeze_due(database: Database, now: Callable[[], datetime]) -> int:
    """Freeze each report whose cut-off has come; how many. A repeat, or a round that begins where a
    program died, finds the same figures."""
    with database.reading() as session:
        waiting = freezing.due(session, now(), cut_offs.in_force(session))
    for wanted in waiting:
        with database.reading() as session:
            found = freezing.frozen(session, wanted)
        if found is None:
            continue
        with database.writing("report frozen") as session:
            issue_id = freezing.store(session, now(), found.issue)
        for part in freezing.parts(found.rows):
            with database.writing("part of a report frozen") as session:
                freezing.store_rows(session, issue_id, part)
        log.info("report of stage %s frozen at its cut-off %s", wanted.stage_id, wanted.cut_off)
    return len(waiting)
