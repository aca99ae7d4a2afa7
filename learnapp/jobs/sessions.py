"""Credit of collective study: given to some people in each transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.services.study import study_sessions

_STEPS = 100  # in one round


def credit(database: Database, now: Callable[[], datetime]) -> int:
    """One round; how many steps were done."""
    for done in range(_STEPS):
        with database.reading() as session:
            if not study_sessions.anything_to_credit(session):
                return done
        with database.writing("session credited") as session:
            study_sessions.credit_some(session, now())
    return _STEPS
