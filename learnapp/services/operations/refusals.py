"""Refusals of rights, recorded in the audit: who asked for what without the right to it."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log, daily_limits
from learnapp.domain.operations.bounds import Use


def note(caller: Caller, place: str, code: str) -> bool:
    """Record that a person was refused at a place, by which code; False for the many-th of a day."""
    person_id = caller.actor.own_id()
    if not daily_limits.spend(caller.session, person_id, caller.now, Use.REFUSALS, 0):
        return False
    subject = ("person", person_id)
    audit_log.record_refused(caller, "access.refused", subject, at=place, code=code)
    return True
