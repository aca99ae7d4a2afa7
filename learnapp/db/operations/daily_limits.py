"""What a person writes in a day, counted in the transaction that writes it, up to a bound."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learnapp.db.operations.models import DayUse
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import TooMuch
from learnapp.domain.operations.bounds import MOST, Use


def size_of(document: Any) -> int:
    """How many bytes a document takes as it is stored."""
    return len(json.dumps(document, ensure_ascii=False).encode())


def spend(session: Session, person_id: int | None, now: datetime, use: Use, size: int) -> bool:
    """Count a use of so many bytes; False, with nothing counted, when the day's bound is reached.

    The system itself has no bound.
    """
    if person_id is None:
        return True
    return _raise_to(session, person_id, local_day(now), use, size)


def must_spend(session: Session, person_id: int | None, now: datetime, use: Use, size: int) -> None:
    """The same. Raises TooMuch("too_much_today")."""
    if not spend(session, person_id, now, use, size):
        raise TooMuch("too_much_today")


def _raise_to(session: Session, person_id: int, day: date, use: Use, size: int) -> bool:
    """Count one more use of so many bytes; False, with nothing counted, beyond the bound."""
    most = MOST[use]
    if size > most.size:
        return False
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {"person_id": person_id, "day": day, "kind": use, "count": 1, "size": size}
    statement = (
        insert(DayUse)
        .values(row)
        .on_conflict_do_update(
            index_elements=["person_id", "day", "kind"],
            set_={"count": DayUse.count + 1, "size": DayUse.size + size},
            where=(DayUse.count < most.count) & (DayUse.size + size <= most.size),
        )
        .returning(DayUse.count)
    )
    return session.execute(statement).scalar_one_or_none() is not None
