"""The audit: who did what to whom, by ids, in the same transaction as the action."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert

from learnapp.db.core.caller import Caller
from learnapp.db.core.compiled_statements import PreparedChange, values_of
from learnapp.db.operations.models import AuditEntry

_ENTRY = PreparedChange(lambda _: insert(AuditEntry).values(values_of(AuditEntry)))


def record(
    caller: Caller,
    action: str,
    subject: tuple[str, int | None],
    **detail: Any,
) -> None:
    """Add an entry; `detail` holds ids, counts and codes, never names or answers."""
    kind, subject_id = subject
    _ENTRY.run(
        caller.session,
        recorded_at=caller.now,
        actor_id=caller.actor.person_id,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        detail=detail,
    )


def record_each(
    caller: Caller,
    action: str,
    kind: str,
    subject_ids: Collection[int],
    **detail: Any,
) -> None:
    """An entry for each of many subjects of one kind, in one statement."""
    rows = [
        {
            "recorded_at": caller.now,
            "actor_id": caller.actor.person_id,
            "action": action,
            "subject_kind": kind,
            "subject_id": subject_id,
            "detail": detail,
        }
        for subject_id in subject_ids
    ]
    if rows:
        caller.session.execute(insert(AuditEntry), rows)
