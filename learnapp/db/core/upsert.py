"""INSERT … ON CONFLICT DO NOTHING, written the same for both databases."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_if_new(session: Session, row: Any) -> Any:
    """An insert of `row`'s table that leaves what is there; add .values(), .returning() as wanted."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(row).on_conflict_do_nothing()


def upsert(session: Session, row: Any, values: list[dict[str, Any]], key: list[str]) -> None:
    """Insert the rows, or overwrite those whose key is there; nothing for an empty list."""
    if not values:
        return
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(row)
    changed = {name: statement.excluded[name] for name in values[0] if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), values)


def increase(
    session: Session, row: Any, values: list[dict[str, Any]], key: list[str], sums: Collection[str]
) -> None:
    """Insert the rows, or add the named sums to those whose key is there and leave the rest of them."""
    if not values:
        return
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(row)
    changed = {name: getattr(row, name) + statement.excluded[name] for name in sums}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), values)
