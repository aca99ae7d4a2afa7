"""Connections and transactions: one way to read, one way to write, on either database."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from learnapp.db.core.lock_monitor import LockMonitor
from learnapp.db.core.writing_session import WritingSession

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # what is acknowledged is on disk
    "PRAGMA foreign_keys=ON",
    # Our own writers queue: only another program's lock is waited for, and a page not for long.
    "PRAGMA busy_timeout=8000",
    "PRAGMA temp_store=MEMORY",
)


# A server that says nothing is away, too: while connecting, while a question is on its way (milliseconds,
# of sent bytes that its machine does not confirm), and while an answer is waited for.
_GIVEN_UP = {
    "connect_timeout": "10",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}


def make_engine(url: str, **options: Any) -> Engine:
    """An engine for SQLite or PostgreSQL with the installation's settings."""
    parsed = make_url(url)
    options = {"hide_parameters": True} | options  # a log or an error holds no one's data
    if "poolclass" not in options and parsed.database not in (None, "", ":memory:"):
        # What was used last knows the newest pages (SQLite) and most statements (PostgreSQL); taken in
        # turns, each connection reads and prepares again what another one has.
        options["pool_use_lifo"] = True
    if parsed.get_backend_name() != "sqlite":
        given = {name: text for name, text in _GIVEN_UP.items() if name not in parsed.query}
        parsed = parsed.update_query_dict(given)
        engine = create_engine(parsed, **options)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", _ask_whether_it_lives)
        return engine
    engine = create_engine(parsed, json_serializer=_compact, **options)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


_USED = "learnapp.used"
# A connection that was used within so many seconds is taken for alive.
_FRESH_S = 2.0


def _note_use(_dbapi_connection: Any, record: Any) -> None:
    record.info[_USED] = time.monotonic()


def _ask_whether_it_lives(dbapi_connection: Any, record: Any, _proxy: Any) -> None:
    """Ask a server that was not heard of for a while; if it went away, every connection is made anew."""
    if time.monotonic() - record.info.get(_USED, time.monotonic()) < _FRESH_S:
        return
    try:
        dbapi_connection.autocommit = True
        dbapi_connection.execute("")
        dbapi_connection.autocommit = False
    except Exception as error:
        raise InvalidatePoolError from error


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _compact(document: Any) -> str:
    """A document as SQLite stores it: a Chinese character in three bytes, not in six."""
    text = _ENCODE(document)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair is no text that a file can hold
        return json.dumps(document)
    return text


def _sqlite_connect(dbapi_connection: Any, _record: Any) -> None:
    """Take BEGIN out of the driver's hands: its own rules leak rows out of rolled-back work."""
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    """A writer takes the lock before its first read: a read that turns write fails at once."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class RawCursor:
    """The driver's cursor inside one transaction, for prepared statements."""

    def __init__(self, dialect: Dialect, cursor: Any) -> None:
        self.dialect = dialect
        self._cursor = cursor

    def fetch(self, sql: str, parameters: Any) -> list[Any]:
        """The rows of a statement in the driver's own words."""
        self._cursor.execute(sql, parameters)
        return list(self._cursor.fetchall())


def queue_of(path: str) -> str | None:
    """The file on which the writers of an SQLite database queue; None where there is no such file."""
    return f"{path}.queue" if path and path != ":memory:" else None


class Database:
    """A database and its two kinds of transaction.

    `monitor` has who held the write lock longest, in this process: on PostgreSQL, whose writers lock
    rows, the longest writing transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reads = {} if engine.dialect.name == "sqlite" else {"postgresql_readonly": True}
        self.monitor = LockMonitor()
        path = engine.url.database if engine.dialect.name == "sqlite" else None
        self._queue = queue_of(path or "")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state and writes nothing.

        On PostgreSQL the server sees to that, and the transaction is committed: after a rollback the
        driver forgets every statement that it had the server prepare.
        """
        with self.engine.connect() as plain:
            connection = plain.execution_options(**self._reads)
            with connection.begin() as transaction, Session(connection) as session:
                yield session
                session.close()
                if self.engine.dialect.name == "sqlite":
                    transaction.rollback()

    @contextmanager
    def writing(self, name: str = "") -> Iterator[Session]:
        """A session whose work is committed whole at the end, or not at all.

        `name` is what the monitor calls it; without one, the function that opens it.
        """
        with self._turn(), self.monitor.holding(name), self.engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with WritingSession(connection, expire_on_commit=False) as session:
                try:
                    yield session
                    session.commit()
                except BaseException:
                    session.rollback()
                    raise

    @contextmanager
    def glancing(self) -> Iterator[RawCursor]:
        """As `reading`, with the driver alone: for the one question that phones ask all day."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            if self.engine.dialect.name == "sqlite":
                cursor.execute("BEGIN")
            yield RawCursor(self.engine.dialect, cursor)
            connection.commit()  # see `reading`
        finally:
            connection.close()

    @contextmanager
    def saving(self) -> Iterator[RawCursor]:
        """As `writing`, with the driver alone: for the one action that phones repeat all day."""
        with self._turn(), self.monitor.holding("save"):
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                if self.engine.dialect.name == "sqlite":
                    cursor.execute("BEGIN IMMEDIATE")
                yield RawCursor(self.engine.dialect, cursor)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                connection.close()

    @contextmanager
    def at_once(self) -> Iterator[RawCursor | None]:
        """As `saving`, for an action that is one statement, which is its own transaction; None on
        SQLite, where no statement both reads and writes."""
        if self.engine.dialect.name == "sqlite":
            yield None
            return
        with self.monitor.holding("save"):
            connection: Any = self.engine.raw_connection()
            try:
                connection.driver_connection.autocommit = True
                yield RawCursor(self.engine.dialect, connection.cursor())
            finally:
                try:
                    connection.driver_connection.autocommit = False
                finally:  # a connection that broke cannot be put back: the pool finds that out
                    connection.close()

    def fold(self) -> bool:
        """Bring SQLite's write-ahead log into the database file and empty it.

        The file alone is then the whole database. False while another program reads or writes;
        True, with nothing done, on PostgreSQL.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=2000")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        finally:
            connection.close()
            self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Queue for SQLite's one write lock on a file: its own wait sleeps and retries unfairly."""
        if self._queue is None:
            yield
            return
        handle = os.open(self._queue, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
