"""The history of a question version: what was done, by whom and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.bank.models import (
    VersionEvent,
)
from learnapp.db.operations import audit_log
from learnapp.domain.bank.versions import Deed
from learnapp.domain.core.permissions import Actor


def note(
    session: Session, actor: Actor, now: datetime, version_id: int, deed: Deed, comment: str
) -> None:
    """Keep in the version's history what was done, by whom and why."""
    event = VersionEvent(
        version_id=version_id,
        deed=deed,
        comment=comment.strip()[:1000],
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(event)
    audit_log.record(session, actor, now, f"question.{deed}", ("question_version", version_id))
    session.flush()
