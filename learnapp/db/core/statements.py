"""Types of statements, and what a changing one did."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, Select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

# A SELECT of any columns.
AnySelect = Select[*tuple[Any, ...]]
_Written = CursorResult[*tuple[Any, ...]]


def rows_changed(session: Session, statement: UpdateBase) -> int:
    """The number of rows that an INSERT, UPDATE or DELETE wrote, by the database's own count."""
    return cast(_Written, session.execute(statement)).rowcount
