"""命题回避: who was shown the keys of questions; attempt_start.start refuses them exams that may have these."""

from __future__ import annotations

from collections.abc import Collection

from learnapp.db.bank.models import KeyExposure
from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new


def record_key_exposure(caller: Caller, versions: Collection[int]) -> None:
    """Record that the actor was shown these keys; a repeat changes nothing."""
    if caller.actor.person_id is None or not versions:
        return
    rows = [
        {"person_id": caller.actor.person_id, "version_id": version_id, "seen_at": caller.now}
        for version_id in sorted(set(versions))
    ]
    caller.session.execute(insert_if_new(caller.session, KeyExposure), rows)
