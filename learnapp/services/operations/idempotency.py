"""An action that makes something is done once for each key, and its answer can be had again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.operations import idempotency
from learnapp.domain.core.errors import NotFound

# Longer than any action of a page takes: what is still open then was broken off.
BROKEN_OFF = timedelta(minutes=5)
KEEP_FOR = timedelta(days=7)


@dataclass(frozen=True)
class ActionRequest:
    """An action as it was asked for: to be done now, being done elsewhere, or done with a result."""

    action_id: int
    is_new: bool
    result: dict[str, Any] | None = None


def ask(session: Session, person_id: int, key: str, action: str, now: datetime) -> ActionRequest:
    """Claim the key for the action; what it came to, where somebody was first.

    An action broken off (its process died) is to be done by the next who asks.
    """
    action_id = idempotency.claim(session, person_id, key, action, now)
    if action_id is not None:
        return ActionRequest(action_id, is_new=True)
    known = idempotency.of_key(session, person_id, key)
    if known is None:  # cleared away in the same instant
        return ask(session, person_id, key, action, now)
    if known.result is None and idempotency.take_over(session, known.id, now, now - BROKEN_OFF):
        return ActionRequest(known.id, is_new=True)
    return ActionRequest(known.id, is_new=False, result=known.result)


def done(session: Session, action_id: int, result: dict[str, Any]) -> None:
    """Keep where the action's result is: local paths and small values, no names and no codes."""
    idempotency.keep_result(session, action_id, result)


def given_up(session: Session, action_id: int) -> None:
    """The action made nothing; the same form may be sent again."""
    idempotency.forget(session, action_id)


def result_of(session: Session, person_id: int, action_id: int) -> dict[str, Any] | None:
    """Where the result of one's own action is; None while it is being done. Raises NotFound."""
    known = idempotency.of_id(session, person_id, action_id)
    if known is None:
        raise NotFound("action_unknown")
    return known.result


def are_old(session: Session, now: datetime) -> bool:
    """Whether keys are stored longer than anybody presses again."""
    return idempotency.any_before(session, now - KEEP_FOR)


def clear(session: Session, now: datetime) -> int:
    """Remove the keys that are older than anybody presses again; how many."""
    return idempotency.forget_before(session, now - KEEP_FOR)
