"""Many new rows in few statements, past the unit of work: for rows that nobody holds as objects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy import cast as cast_sql
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from learnapp.db.core.base import Base
from learnapp.db.core.compiled_statements import PreparedWrite, insert_of


def table_of(row_class: type[Base]) -> Table:
    """The table of a class of rows."""
    return cast(Table, row_class.__table__)


def insert_rows(session: Session, row_class: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, all with the same columns: every one for which there is no default."""
    if rows:
        dialect = session.get_bind().dialect
        plain = _defaults(row_class, tuple(rows[0]))
        given = [plain | row for row in rows] if plain else rows
        _insert_of(row_class, tuple(given[0]), dialect).run(session, given)


@lru_cache(maxsize=200)
def _defaults(row_class: type[Base], columns: tuple[str, ...]) -> dict[str, Any]:
    """What the columns that rows leave out have where nothing is said."""
    return {
        each.key: each.default.arg
        for each in table_of(row_class).columns
        if isinstance(each.default, ScalarElementColumnDefault) and each.key not in columns
    }


@lru_cache(maxsize=200)
def _insert_of(row_class: type[Base], columns: tuple[str, ...], dialect: Dialect) -> PreparedWrite:
    return PreparedWrite(insert_of(dialect)(table_of(row_class)), dialect, columns)


def new_ids(session: Session, row_class: type[Base], count: int) -> Sequence[int]:
    """So many ids, in order, for rows that are inserted next in this transaction, which writes."""
    table = table_of(row_class)
    if session.get_bind().dialect.name == "sqlite":  # nobody else writes now
        last = session.scalar(select(func.max(table.c.id))) or 0
        return range(last + 1, last + 1 + count)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    numbers = func.generate_series(1, count).table_valued("number")
    found = session.scalars(select(func.nextval(cast_sql(sequence, REGCLASS))).select_from(numbers))
    return sorted(found)
