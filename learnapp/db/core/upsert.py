"""INSERT … ON CONFLICT DO NOTHING, written the same for both databases."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from learnapp.db.core.compiled_statements import PreparedWrite


def insert_if_new(session: Session, row: Any) -> Any:
    """An insert of `row`'s table that leaves what is there; add .values(), .returning() as wanted."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(row).on_conflict_do_nothing()


def upsert(session: Session, row: Any, values: list[dict[str, Any]], key: list[str]) -> None:
    """Insert the rows, or overwrite those whose key is there; nothing for an empty list."""
    if values:
        columns, dialect = tuple(values[0]), session.get_bind().dialect
        _upsert_of(row, columns, tuple(key), None, dialect).run(session, values)


def increase(
    session: Session, row: Any, values: list[dict[str, Any]], key: list[str], sums: Collection[str]
) -> None:
    """Insert the rows, or add the named sums to those whose key is there and leave the rest of them."""
    if values:
        columns, dialect = tuple(values[0]), session.get_bind().dialect
        _upsert_of(row, columns, tuple(key), tuple(sums), dialect).run(session, values)


@lru_cache(maxsize=200)
def _upsert_of(
    row: Any,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    sums: tuple[str, ...] | None,
    dialect: Dialect,
) -> PreparedWrite:
    """An insert that overwrites what is there, or (with `sums`) adds to it."""
    insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = insert(row)
    if sums is None:
        changed = {name: statement.excluded[name] for name in columns if name not in key}
    else:
        changed = {name: getattr(row, name) + statement.excluded[name] for name in sums}
    done = statement.on_conflict_do_update(index_elements=list(key), set_=changed)
    return PreparedWrite(done, dialect, columns)
