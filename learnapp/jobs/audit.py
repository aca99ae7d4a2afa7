"""The audit sealed beside the scheduler: once a minute, what is settled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.db.operations import audit_blocks
from learnapp.db.operations.audit_blocks import Horizon
from learnapp.domain.operations.audit_chain import anchor
from learnapp.services.operations import audit_chain

log = logging.getLogger("learnapp.jobs")

# Blocks of a round: what was behind after an upgrade is sealed in some rounds.
MOST_BLOCKS = 200


class Sealing:
    """Seals up to the newest entry that was seen a round ago, once all that went on then is over."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._seen: Horizon | None = None

    def round(self) -> int:
        """How many blocks were made."""
        with self._database.reading() as session:
            if self._seen is None or self._database.engine.dialect.name == "sqlite":
                self._seen = audit_blocks.horizon(session)
            if not audit_blocks.is_settled(session, self._seen):
                return 0
        made = 0
        while made < MOST_BLOCKS and self._seal_next(self._seen.last_id):
            made += 1
        if made < MOST_BLOCKS:
            with self._database.reading() as session:
                self._seen = audit_blocks.horizon(session)
        return made

    def _seal_next(self, last_id: int) -> bool:
        with self._database.reading() as session:
            block = audit_chain.next_block(session, last_id, self._now())
        if block is None:
            return False
        with self._database.writing("audit sealed") as session:
            sealed = audit_blocks.keep(session, block)
        if sealed:  # a log that is gathered elsewhere is a place for anchors
            log.info("audit sealed: anchor %s", anchor(block))
        return sealed
