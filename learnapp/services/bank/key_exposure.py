"""命题回避: who was shown the keys of questions; sittings.start refuses them what may have these."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeySight
from learnapp.db.core.upsert import insert_if_new
from learnapp.domain.core.permissions import Actor


def saw(session: Session, actor: Actor, now: datetime, versions: Collection[int]) -> None:
    """Record that the actor was shown these keys; a repeat changes nothing."""
    if actor.person_id is None or not versions:
        return
    rows = [
        {"person_id": actor.person_id, "version_id": version_id, "seen_at": now}
        for version_id in sorted(set(versions))
    ]
    session.execute(insert_if_new(session, KeySight), rows)
