"""Chases watched: closed when their condition holds, escalated once when their day is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from learnapp.db.core.engine import Database
from learnapp.services.notices import chasing


def watch(database: Database, now: Callable[[], datetime]) -> int:
    """One round; how many chases were closed or escalated."""
    with database.reading() as session:
        due = chasing.steps_due(session, now())
    done = 0
    for chase_id, step in due:
        with database.writing("chase watched") as session:
            done += chasing.carry_out(session, now(), chase_id, step)
    return done
