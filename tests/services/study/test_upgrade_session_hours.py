"""Hours that were set before sessions had any are there after the upgrade, and can't be changed."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learnapp.db import migrate
from learnapp.db.core.engine import make_engine

ROWS = (
    "INSERT INTO units (id, name, kind, level, sort_key, recorded_at)"
    " VALUES (1, '局', 'police', 1, 'ju', '2026-01-01 00:00:00')",
    "INSERT INTO readings (id, owner_unit_id, classification, recorded_at)"
    " VALUES (1, 1, 'public', '2026-01-01 00:00:00')",
    "INSERT INTO credit_hours (id, reading_id, tenths, for_everybody, recorded_at)"
    " VALUES (7, 1, 15, true, '2026-01-02 00:00:00')",
)


def test_hours_of_before_stay_as_they_are(empty_database_url):
    engine = make_engine(empty_database_url)
    config = migrate._config()
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        config.attributes["connection"] = connection
        command.upgrade(config, "0037")
        for statement in ROWS:
            connection.execute(text(statement))
        connection.commit()
    migrate.upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, reading_id, exam_id, session_id, tenths FROM credit_hours")
        )
        assert [tuple(row) for row in rows] == [(7, 1, None, None, 15)]
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM credit_hours"))
    engine.dispose()
