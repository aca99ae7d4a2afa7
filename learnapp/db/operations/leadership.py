"""Which of several machines over one PostgreSQL does the scheduled work: the holder of an advisory lock.

The lock belongs to a connection of its own and goes with it: when the machine, its network or the
database's primary is lost, another machine takes over. With SQLite there is one machine, and the file
lock of the home folder decides among its processes.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from learnapp.db.core.engine import Database, make_engine

# Two numbers of ours, so that no other program's advisory lock is meant.
SCHEDULER, MIGRATION = (0x6C65_6172, 1), (0x6C65_6172, 2)


class Leadership:
    """A claim to lead, of one process."""

    def __init__(self, database: Database) -> None:
        self._engine: Engine | None = None
        if database.engine.dialect.name != "sqlite":
            url = database.engine.url.render_as_string(hide_password=False)
            self._engine = make_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    @property
    def is_alone(self) -> bool:
        """Whether there can be no other machine."""
        return self._engine is None

    def take(self) -> bool:
        """Lead, if nobody does; False while another machine does or the database is away."""
        if self._engine is None:
            return True
        self.give_up()
        try:
            connection = self._engine.connect()
            self._connection = connection
            question = text("SELECT pg_try_advisory_lock(:group, :number)")
            group, number = SCHEDULER
            if connection.scalar(question, {"group": group, "number": number}):
                return True
        except SQLAlchemyError:
            pass
        self.give_up()
        return False

    def holds(self) -> bool:
        """Whether this process leads still: its connection, and with it the lock, is alive."""
        if self._engine is None:
            return True
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.give_up()
            return False
        return True

    def give_up(self) -> None:
        """Let another machine lead."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except SQLAlchemyError:
            connection.invalidate()
