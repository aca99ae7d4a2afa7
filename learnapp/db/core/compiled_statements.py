"""Statements compiled once per kind of database and then handed to the driver with their values.

Making and looking up a statement costs many times what the database spends on it. This is for the
few statements that a save, a sign-in and a test page ask every time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import CompoundSelect, Select, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert, UpdateBase

from learnapp.db.core.engine import RawCursor
from learnapp.db.core.statements import AnySelect

_MOST_ROWS = 100
# SQLAlchemy makes what a table and its aliases share when it is first named: where two threads did so at
# once, the statement of one lacked its WITH. So one statement is made after the other; each is made once.
_MAKING = threading.RLock()
Statement = AnySelect | CompoundSelect[Any] | ReturningInsert[Any]
Convert = Callable[[Any], Any]
Row = TypeVar("Row", bound=tuple[Any, ...])


class Written:
    """A statement in one database's words, with what turns values into the driver's."""

    def __init__(
        self,
        statement: Statement | UpdateBase,
        dialect: Dialect,
        columns: Iterable[str] | None = None,
    ) -> None:
        keys = None if columns is None else list(columns)
        compiled: Any = statement.compile(dialect=dialect, column_keys=keys)
        self.sql = compiled.string
        self.order: list[str] | None = compiled.positiontup
        self.constants = {
            name: bound.value for name, bound in compiled.binds.items() if not bound.required
        }
        types = {name: bound.type for name, bound in compiled.binds.items()}
        self.into = _converters(types.items(), dialect, "bind_processor")

    def parameters(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = self.constants | values
        for name, convert in self.into:
            given[name] = convert(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)


class Compiled(Written):
    """The same for a statement that gives rows, with what turns these back."""

    def __init__(self, statement: Statement, row: Any, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        columns = _columns(statement)
        names = tuple(each.key for each in columns)
        if names != row._fields:
            raise TypeError(f"{row.__name__} has {row._fields}, the statement gives {names}")
        self.make_row = row._make
        self.back = _converters(
            ((place, each.type) for place, each in enumerate(columns)), dialect, "result_processor"
        )

    def read(self, raw: Iterable[Any]) -> Any:
        """A row as the driver gave it, converted and named."""
        cells = list(raw)
        for place, convert in self.back:
            cells[place] = convert(cells[place])
        return self.make_row(cells)


def _columns(statement: Statement) -> list[Any]:
    found: Any = (
        statement.selected_columns
        if isinstance(statement, Select | CompoundSelect)
        else statement.exported_columns
    )
    return list(found)


def _converters(
    types: Iterable[tuple[Any, Any]], dialect: Dialect, kind: str
) -> list[tuple[Any, Convert]]:
    """For each place whose values the driver does not take or give as they are, how to turn them."""
    found = []
    for place, type_ in types:
        own = type_.dialect_impl(dialect)
        make = getattr(own, kind)
        convert = make(dialect) if kind == "bind_processor" else make(dialect, None)
        if convert is not None:
            found.append((place, convert))
    return found


class Prepared(Generic[Row]):
    """A statement with named values, made by `make` when it is first asked of a kind of database.

    `row` is the named tuple of its rows: its fields are the statement's columns, in order.
    `make` gets the dialect's own insert, for statements that leave what is there.
    """

    def __init__(self, row: type[Row], make: Callable[[Any], Statement]) -> None:
        self._row = row
        self._make = make
        self._compiled: dict[str, Compiled] = {}

    def rows(self, session: Session | RawCursor, **values: Any) -> list[Row]:
        """What it gives for these values.

        Raises TypeError when the statement has other columns than the named tuple.
        """
        if isinstance(session, RawCursor):
            ready = self.compiled_for(session.dialect)
            found = session.fetch(ready.sql, ready.parameters(values))
        else:
            session.flush()
            connection = session.connection()
            ready = self.compiled_for(connection.dialect)
            found = list(connection.exec_driver_sql(ready.sql, ready.parameters(values)))
        return [ready.read(row) for row in found]

    def compiled_for(self, dialect: Dialect) -> Compiled:
        """The statement in the words of a kind of database, made once."""
        if dialect.name not in self._compiled:
            with _MAKING:
                made = self._make(insert_of(dialect))
                self._compiled[dialect.name] = Compiled(made, self._row, dialect)
        return self._compiled[dialect.name]


class PreparedChange:
    """The same for an INSERT, UPDATE or DELETE that gives no rows."""

    def __init__(self, make: Callable[[Any], UpdateBase]) -> None:
        self._make = make
        self._written: dict[str, Written] = {}

    def run(self, session: Session, **values: Any) -> int:
        """Carry it out with these values; how many rows were written."""
        session.flush()
        connection = session.connection()
        ready = self.written_for(connection.dialect)
        return connection.exec_driver_sql(ready.sql, ready.parameters(values)).rowcount

    def written_for(self, dialect: Dialect) -> Written:
        """The statement in the words of a kind of database, made once."""
        if dialect.name not in self._written:
            with _MAKING:
                self._written[dialect.name] = Written(self._make(insert_of(dialect)), dialect)
        return self._written[dialect.name]


class PreparedRows:
    """An INSERT of rows with values for every column of a table: one statement for each number of
    them, made when it is first asked."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._inserts: dict[int, PreparedChange] = {}

    def insert(self, session: Session, rows: Sequence[dict[str, Any]]) -> None:
        """Insert the rows, each given by its columns, in statements of a hundred at most."""
        for start in range(0, len(rows), _MOST_ROWS):
            some = rows[start : start + _MOST_ROWS]
            values = {f"{k}_{n}": v for n, row in enumerate(some) for k, v in row.items()}
            self._of(len(some)).run(session, **values)

    def _of(self, rows: int) -> PreparedChange:
        found = self._inserts.get(rows)
        if found is None:
            columns = list(self._table.__table__.columns)
            given = [
                {each.key: bindparam(f"{each.key}_{n}", type_=each.type) for each in columns}
                for n in range(rows)
            ]
            made = PreparedChange(lambda insert: insert(self._table).values(given))
            found = self._inserts[rows] = made
        return found


def insert_of(dialect: Dialect) -> Any:
    """A dialect's own insert, which may leave or change what is there."""
    return sqlite.insert if dialect.name == "sqlite" else postgresql.insert


def values_of(table: Any) -> dict[str, Any]:
    """Named values for every column of a table but its generated `id`, for an insert of it."""
    columns = [each for each in table.__table__.columns if each.key != "id"]
    return {each.key: bindparam(each.key, type_=each.type) for each in columns}


class PreparedWrite(Written):
    """A statement that writes many rows, in one database's words: the driver's executemany."""

    def run(self, session: Session, rows: Iterable[dict[str, Any]]) -> None:
        """Write rows, each with a value for every column."""
        session.flush()
        given = []
        same: dict[str, tuple[Any, Any]] = {}  # what the row before had, and its conversion
        for row in rows:
            values = dict(row)
            for name, convert in self.into:
                before = same.get(name)
                if before is None or before[0] is not values[name]:
                    before = same[name] = (values[name], convert(values[name]))
                values[name] = before[1]
            given.append(values)
        order = self.order
        if order is not None:
            given = [tuple(values[name] for name in order) for values in given]  # type: ignore[misc]
        session.connection().exec_driver_sql(self.sql, given)
