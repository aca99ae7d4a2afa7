"""Named queries of actions that make something, by the key of the form they came with: each done once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.statements import rows_changed
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations.models import IdempotentAction


def claim(session: Session, person_id: int, key: str, action: str, now: datetime) -> int | None:
    """The id of the new row; None where the key is there already.

    On PostgreSQL it waits until another transaction that has just claimed the same key has ended.
    """
    row = {"person_id": person_id, "key": key, "deed": action, "recorded_at": now}
    statement = insert_if_new(session, IdempotentAction).values(row).returning(IdempotentAction.id)
    made: int | None = session.scalar(statement)
    return made


def of_key(session: Session, person_id: int, key: str) -> IdempotentAction | None:
    """The action that the person asked for with this key."""
    return session.scalar(
        select(IdempotentAction).where(
            IdempotentAction.person_id == person_id, IdempotentAction.key == key
        )
    )


def of_id(session: Session, person_id: int, action_id: int) -> IdempotentAction | None:
    """The same by its number."""
    return session.scalar(
        select(IdempotentAction).where(
            IdempotentAction.person_id == person_id, IdempotentAction.id == action_id
        )
    )


def take_over(session: Session, action_id: int, now: datetime, begun_before: datetime) -> bool:
    """Begin an action again that somebody began before an instant and never ended; once."""
    taken = rows_changed(
        session,
        update(IdempotentAction)
        .where(
            IdempotentAction.id == action_id,
            IdempotentAction.result.is_(None),
            IdempotentAction.recorded_at < begun_before,
        )
        .values(recorded_at=now),
    )
    return taken == 1


def keep_result(session: Session, action_id: int, result: dict[str, Any]) -> None:
    """The action is done, and this is where."""
    session.execute(
        update(IdempotentAction).where(IdempotentAction.id == action_id).values(result=result)
    )


def forget(session: Session, action_id: int) -> None:
    """Nothing was made: the same key may ask again."""
    session.execute(delete(IdempotentAction).where(IdempotentAction.id == action_id))


def forget_before(session: Session, instant: datetime) -> int:
    """Remove the keys of actions older than an instant; how many."""
    return rows_changed(
        session, delete(IdempotentAction).where(IdempotentAction.recorded_at < instant)
    )


def any_before(session: Session, instant: datetime) -> bool:
    """Whether keys older than an instant are stored."""
    wanted = select(IdempotentAction.id).where(IdempotentAction.recorded_at < instant)
    return session.scalar(wanted.limit(1)) is not None
