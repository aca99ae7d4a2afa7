"""Chases watched: closed when their condition holds, escalated once when their day is over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.services.notices import chasing

log = logging.getLogger("learnapp.jobs")


def watch(database: Database, now: Callable[[], datetime]) -> int:
    """One round; how many chases were closed or escalated. One that cannot be watched keeps no other
    from it."""
    with database.reading() as session:
        watched = chasing.watched(session)
    done = 0
    for chase_id in watched:
        try:
            done += _watch_one(database, now, chase_id)
        except Exception:
            log.exception("chase %s could not be watched", chase_id)
    return done


def _watch_one(database: Database, now: Callable[[], datetime], chase_id: int) -> bool:
    with database.reading() as session:
        step = chasing.step_due(session, now(), chase_id)
    if step is None:
        return False
    with database.writing("chase watched") as session:
        return chasing.carry_out(session, now(), chase_id, step)
