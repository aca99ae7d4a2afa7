"""Counters of what a person wrote on a day, raised only as far as a bound."""

from __future__ import annotations

from datetime import date

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learnapp.db.operations.models import DayUse
from learnapp.domain.bounds import Bound


def raise_to(
    session: Session, person_id: int, day: date, kind: str, size: int, most: Bound
) -> bool:
    """Count one more use of so many bytes; False, with nothing counted, beyond the bound."""
    if size > most.size:
        return False
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {"person_id": person_id, "day": day, "kind": kind, "count": 1, "size": size}
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
