"""Reports frozen at their cut-off: found without a lock, stored in short transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from learnapp.db.core import settled
from learnapp.db.core.engine import Database
from learnapp.services.reports import cut_offs, freezing
from learnapp.services.reports.freezing import IssueToFreeze

log = logging.getLogger("learnapp.jobs")


class Freezing:
    """Freezes the reports whose cut-off has come, once all that was being written then is over."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._seen: dict[IssueToFreeze, int] = {}  # what was being written when each was due

    def round(self) -> int:
        """How many were frozen. A repeat, or a round that begins where a program died, finds the same
        figures; a report that cannot be frozen keeps no other from it."""
        done = 0
        for wanted in self._settled():
            try:
                done += self._freeze(wanted)
            except Exception:
                log.exception("report of stage %s could not be frozen", wanted.stage_id)
        return done

    def _settled(self) -> list[IssueToFreeze]:
        with self._database.reading() as session:
            due = freezing.due(session, self._now(), cut_offs.chosen(session))
            fresh = settled.newest_transaction(session) if set(due) - set(self._seen) else 0
            self._seen = {each: self._seen.get(each, fresh) for each in due}
            return [each for each in due if settled.all_over(session, self._seen[each])]

    def _freeze(self, wanted: IssueToFreeze) -> bool:
        with self._database.reading() as session:
            found = freezing.frozen(session, wanted)
        if found is None:
            return False
        with self._database.writing("report frozen") as session:
            issue_id = freezing.store(session, self._now(), found.issue)
        for part in freezing.parts(found.rows):
            with self._database.writing("part of a report frozen") as session:
                freezing.store_rows(session, issue_id, part)
        log.info("report of stage %s frozen at its cut-off %s", wanted.stage_id, wanted.cut_off)
        return True
