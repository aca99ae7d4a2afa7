"""The audit: who did what to whom, by ids, in the same transaction as the action."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from learnapp.db.core import origin
from learnapp.db.core.bulk import insert_rows
from learnapp.db.core.caller import Caller
from learnapp.db.core.compiled_statements import PreparedChange, values_of
from learnapp.db.operations.models import AuditEntry

DONE, REFUSED = "done", "refused"
_ENTRY = PreparedChange(lambda insert: insert(AuditEntry).values(values_of(AuditEntry)))


def record(
    caller: Caller,
    action: str,
    subject: tuple[str, int | None],
    **detail: Any,
) -> None:
    """Add an entry; `detail` holds ids, counts and codes, never names or answers."""
    _add(caller, action, subject, detail, DONE)


def record_refused(
    caller: Caller,
    action: str,
    subject: tuple[str, int | None],
    **detail: Any,
) -> None:
    """Add an entry of what was asked for and refused."""
    _add(caller, action, subject, detail, REFUSED)


def _add(
    caller: Caller,
    action: str,
    subject: tuple[str, int | None],
    detail: dict[str, Any],
    result: str,
) -> None:
    kind, subject_id = subject
    _ENTRY.run(
        caller.session,
        recorded_at=caller.now,
        actor_id=caller.actor.person_id,
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        detail=detail,
        address=origin.address(),
        result=result,
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
            "address": origin.address(),
            "result": DONE,
        }
        for subject_id in subject_ids
    ]
    insert_rows(caller.session, AuditEntry, rows)
