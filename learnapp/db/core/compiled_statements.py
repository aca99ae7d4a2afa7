"""Statements compiled once per kind of database and then handed to the driver with their values.

Making and looking up a statement costs many times what the database spends on it. This is for the
few statements that a save, a sign-in and a test page ask every time.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import CompoundSelect, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from learnapp.db.core.engine import RawCursor
from learnapp.db.core.statements import AnySelect

Statement = AnySelect | CompoundSelect[Any] | ReturningInsert[Any]
Convert = Callable[[Any], Any]


class _Compiled:
    """A statement in one database's words, with what turns values into the driver's and back."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = compiled.string
        self.order: list[str] | None = compiled.positiontup
        self.constants = {
            name: bound.value for name, bound in compiled.binds.items() if not bound.required
        }
        types = {name: bound.type for name, bound in compiled.binds.items()}
        self.into = _converters(types.items(), dialect, "bind_processor")
        columns = _columns(statement)
        self.row = _row_of([each.key for each in columns])
        self.back = _converters(
            ((place, each.type) for place, each in enumerate(columns)), dialect, "result_processor"
        )

    def parameters(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = self.constants | values
        for name, convert in self.into:
            given[name] = convert(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)

    def read(self, raw: Iterable[Any]) -> Any:
        """A row as the driver gave it, converted and named."""
        cells = list(raw)
        for place, convert in self.back:
            cells[place] = convert(cells[place])
        return self.row._make(cells)


def _row_of(names: list[str]) -> Any:
    """The class of the rows, with a field for each column."""
    return namedtuple("Row", names)


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


class Prepared:
    """A statement with named values, made by `make` when it is first asked of a kind of database.

    `make` gets the dialect's own insert, for statements that leave what is there.
    """

    def __init__(self, make: Callable[[Any], Statement]) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session | RawCursor, **values: Any) -> list[Any]:
        """What it gives for these values, as named tuples."""
        if isinstance(session, RawCursor):
            ready = self._for(session.dialect)
            found = session.fetch(ready.sql, ready.parameters(values))
        else:
            session.flush()
            connection = session.connection()
            ready = self._for(connection.dialect)
            found = list(connection.exec_driver_sql(ready.sql, ready.parameters(values)))
        return [ready.read(row) for row in found]

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
            found = self._compiled[dialect.name] = _Compiled(self._make(insert), dialect)
        return found
