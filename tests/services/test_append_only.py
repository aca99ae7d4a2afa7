"""The database itself refuses to change a fact, and stands at what the rows in code say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learnapp.db.engine import Database, make_engine
from learnapp.db.schema import APPEND_ONLY, metadata
from learnapp.services import house

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_the_migrated_schema_is_what_the_rows_say(database_url):
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("verb", ["UPDATE grants SET role = 'x'", "DELETE FROM audit_entries"])
def test_a_fact_can_be_neither_changed_nor_removed(database_url, verb):
    database = Database(make_engine(database_url))
    with database.writing() as session:
        house.create_admin(session, NOW, "政法委", "管理员", "admin")
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(verb))
    database.engine.dispose()


def test_every_fact_table_has_its_guard(sqlite_url):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {
            row[0]
            for row in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            )
        }
    assert found == {f"{t}_no_{verb}" for t in APPEND_ONLY for verb in ("update", "delete")}
    engine.dispose()
