"""An older database is brought to accounts and marking ids without loss, on each backend."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from learnapp.db import migrate
from learnapp.db.core.engine import make_engine

ROWS = """
INSERT INTO people (id, name, sort_key, language, text_size, recorded_at)
  VALUES (1, '甲', 'jia', 'zh', '1', '2026-01-01 00:00:00');
INSERT INTO credentials (person_id, password_hash, changed_at)
  VALUES (1, 'a hash', '2026-01-02 00:00:00');
INSERT INTO throttles (key, began_at, count) VALUES ('k', '2026-01-02 00:00:00', 3);
"""


def _to(connection, revision: str) -> None:
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_a_password_of_before_is_the_first_of_the_last_ones(empty_database_url):
    engine = make_engine(empty_database_url)
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        _to(connection, "0008")
        for statement in filter(str.strip, ROWS.split(";")):
            connection.execute(text(statement))
        connection.commit()
    migrate.upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(
            text("SELECT person_id, password_hash FROM password_hashes")
        ).all()
        assert [tuple(row) for row in kept] == [(1, "a hash")]
        counted = connection.execute(text("SELECT count, last_at FROM throttles")).all()
        assert [tuple(row) for row in counted] == [(3, None)]
        shut = connection.execute(text("SELECT disabled_at FROM people")).all()
        assert [tuple(row) for row in shut] == [(None,)]
    assert migrate.state(engine) == "current"
    engine.dispose()
