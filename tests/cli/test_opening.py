"""Commands that look at an installation never bring its database up to date by themselves."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.commands import refused, run


def test_an_older_database_is_sent_to_migrate(home: Path):
    connection = sqlite3.connect(home / "learnapp.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    refused(run(home, "verify"), 2, "older version", "learnapp migrate")
