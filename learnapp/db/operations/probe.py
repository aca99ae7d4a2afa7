"""Whether the database answers, and whether a write succeeds, asked over a connection of its own.

No connection of the pool is taken and no place in the writers' queue: what asks must not make anybody
wait. Under load SQLite's write lock and the queue may be taken all the time; then the commits of those
who hold them, seen through `data_version`, are the proof that writes succeed.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from learnapp.db.core.engine import queue_of
from learnapp.db.operations.models import Setting

_PATIENCE_S = 0.7  # for the queue, and again for the lock; both within the caller's deadline
_POLL_S = 0.02
_NAME = "write_probe"
_PLAIN: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}


class ProbeFailed(Exception):
    """A probe that failed, in a few words without paths or values."""


class Probe:
    """Asks one database; each question opens a connection and closes it."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        path = parsed.database or ""
        self._queue = queue_of(path) if parsed.get_backend_name() == "sqlite" else None
        # Opened for writing but never made: a database that was moved away is no well one.
        address = f"file:{quote(path)}?mode=rw"
        self._engine = (
            create_engine(url, connect_args={"connect_timeout": 2}, **_PLAIN)
            if parsed.get_backend_name() != "sqlite"
            else create_engine("sqlite://", creator=lambda: _connect(address), **_PLAIN)
        )

    def read(self) -> None:
        """Read a row. Raises ProbeFailed."""
        self._ask(lambda connection: connection.execute(select(Setting.name).limit(1)).all())

    def write(self) -> None:
        """Commit a row, or see others commit. Raises ProbeFailed."""
        self._ask(self._write)

    def _ask(self, question: Callable[[Connection], object]) -> None:
        try:
            with self._engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL statement_timeout = 1500"))
                    connection.execute(text("SET LOCAL lock_timeout = 1000"))
                question(connection)
        except SQLAlchemyError as error:
            raise ProbeFailed(_words(error)) from error

    def _write(self, connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            connection.execute(_stamp(postgresql.insert(Setting)))
            connection.commit()
            return
        before = _version(connection)
        if not self._queue_is_free(lambda: _version(connection) != before):
            raise ProbeFailed("writers wait: the queue is held and nobody commits")
        connection.rollback()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.execute(_stamp(sqlite.insert(Setting)))
            connection.exec_driver_sql("COMMIT")
        except SQLAlchemyError as error:
            busy = "locked" in str(getattr(error, "orig", ""))
            if not busy or _version(connection) == before:
                raise

    def _queue_is_free(self, moves: Callable[[], bool]) -> bool:
        """Whether the queue was free for an instant, or those in it commit."""
        if self._queue is None:
            return True
        end = time.monotonic() + _PATIENCE_S
        handle = os.open(self._queue, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while time.monotonic() < end:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return True
                except BlockingIOError:
                    if moves():
                        return True
                time.sleep(_POLL_S)
            return False
        finally:
            os.close(handle)


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE_S, isolation_level=None)


def _version(connection: Connection) -> int:
    """A number that changes when another connection commits."""
    return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def _stamp(insert: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    # Another value each time: SQLite writes nothing when a row gets the values that it has.
    fresh = secrets.token_hex(8)
    change = {"value": insert.excluded.value}
    values = insert.values(name=_NAME, value=fresh)
    return values.on_conflict_do_update(index_elements=["name"], set_=change)


def _words(error: SQLAlchemyError) -> str:
    original = getattr(error, "orig", None)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return str(name or "cannot be reached")
