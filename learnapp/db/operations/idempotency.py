"""Named queries of actions that make something, by the key of the form they came with: each done once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.statements import rows_changed
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.operations.models import DeedOnce


def claim(session: Session, person_id: int, key: str, deed: str, now: datetime) -> int | None:
    """The id of the new row; None where the key is there already.

    On PostgreSQL it waits until another transaction that has just claimed the same key has ended.
    """
    row = {"person_id": person_id, "key": key, "deed": deed, "recorded_at": now}
    statement = insert_if_new(session, DeedOnce).values(row).returning(DeedOnce.id)
    made: int | None = session.scalar(statement)
    return made


def of_key(session: Session, person_id: int, key: str) -> DeedOnce | None:
    """The action that the person asked for with this key."""
    return session.scalar(
        select(DeedOnce).where(DeedOnce.person_id == person_id, DeedOnce.key == key)
    )


def of_id(session: Session, person_id: int, deed_id: int) -> DeedOnce | None:
    """The same by its number."""
    return session.scalar(
        select(DeedOnce).where(DeedOnce.person_id == person_id, DeedOnce.id == deed_id)
    )


def take_over(session: Session, deed_id: int, now: datetime, begun_before: datetime) -> bool:
    """Begin an action again that somebody began before an instant and never ended; once."""
    taken = rows_changed(
        session,
        update(DeedOnce)
        .where(
            DeedOnce.id == deed_id,
            DeedOnce.result.is_(None),
            DeedOnce.recorded_at < begun_before,
        )
        .values(recorded_at=now),
    )
    return taken == 1


def keep_result(session: Session, deed_id: int, result: dict[str, Any]) -> None:
    """The action is done, and this is where."""
    session.execute(update(DeedOnce).where(DeedOnce.id == deed_id).values(result=result))


def forget(session: Session, deed_id: int) -> None:
    """Nothing was made: the same key may ask again."""
    session.execute(delete(DeedOnce).where(DeedOnce.id == deed_id))


def forget_before(session: Session, instant: datetime) -> int:
    """Remove the keys of actions older than an instant; how many."""
    return rows_changed(session, delete(DeedOnce).where(DeedOnce.recorded_at < instant))


def any_before(session: Session, instant: datetime) -> bool:
    """Whether keys older than an instant are stored."""
    wanted = select(DeedOnce.id).where(DeedOnce.recorded_at < instant)
    return session.scalar(wanted.limit(1)) is not None
