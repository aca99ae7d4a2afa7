"""The history of a question version: what was done, by whom and why."""

from __future__ import annotations

from learnapp.db.bank.models import (
    VersionEvent,
)
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.domain.bank.versions import VersionAction


def record_version_event(
    caller: Caller, version_id: int, deed: VersionAction, comment: str
) -> None:
    """Keep in the version's history what was done, by whom and why."""
    event = VersionEvent(
        version_id=version_id,
        deed=deed,
        comment=comment.strip()[:1000],
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(event)
    audit_log.record(caller, f"question.{deed}", ("question_version", version_id))
    caller.session.flush()
