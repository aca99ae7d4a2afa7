"""A person's counters by stage."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.statements import AnyRow
from learnapp.db.progress.models import Standing


def of_person(session: Session, person_id: int) -> dict[int, AnyRow]:
    """Per stage (stage, unit, owed, done, excused, due, due_done) of the person."""
    rows = session.execute(
        select(
            Standing.stage_id,
            Standing.unit_id,
            Standing.owed,
            Standing.done,
            Standing.excused,
            Standing.due,
            Standing.due_done,
        ).where(Standing.person_id == person_id)
    )
    return {row.stage_id: row for row in rows}
