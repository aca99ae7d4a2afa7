"""Which rows of an append-only fact are in force: on a day, as known at an instant."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, or_, select

from learnapp.db.core.aliases import lasting_alias


@cache
def _later(row_class: Any) -> Any:
    """The superseding row: one alias per class, for making one costs more than the query."""
    return lasting_alias(row_class)


def as_known(row: Any, known_at: Any = None) -> ColumnElement[bool]:
    """Rows recorded by then (an instant or a column of them) that no row recorded by then
    supersedes; None: as known now."""
    later = _later(inspect(row).mapper.class_)
    newer = select(later.id).where(later.supersedes_id == row.id)
    if known_at is None:
        return ~newer.exists()
    newer = newer.where(later.recorded_at <= known_at)
    return and_(row.recorded_at <= known_at, ~newer.exists())


def valid_on(row: Any, day: date) -> ColumnElement[bool]:
    """Rows whose half-open span of days holds the day."""
    return and_(row.valid_from <= day, or_(row.valid_to.is_(None), row.valid_to > day))


def in_force(row: Any, day: date, known_at: datetime | None = None) -> ColumnElement[bool]:
    """Both at once."""
    return and_(valid_on(row, day), as_known(row, known_at))
