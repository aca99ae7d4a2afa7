"""The databases that are measured: SQLite, then PostgreSQL where it can be had."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests import postgres


def databases() -> Iterator[tuple[Path, str, tuple[int, ...]]]:
    """For each an empty folder, the address of a new database, and the processes that serve it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "sqlite"
        folder.mkdir()
        yield folder, f"sqlite:///{folder / 'bench.sqlite3'}", ()
        if postgres.binaries() is None:
            print(postgres.MISSING)
            return
        cluster = postgres.Cluster(durable=True)
        try:
            folder = Path(made) / "postgresql"
            folder.mkdir()
            yield folder, cluster.url(cluster.new_database()), (cluster.server.process.pid,)
        finally:
            cluster.stop()
