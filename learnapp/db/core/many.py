"""A list of ids or of texts, of any length, as one parameter of a statement.

`IN` with a parameter each is refused beyond 65,535 of them by PostgreSQL and beyond 32,766 by SQLite,
and each length is another statement to parse.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, String, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Ids(TypeDecorator[list[Any]]):
    """Whole numbers: an array for PostgreSQL, a JSON text for SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        own: TypeEngine[Any] = String() if dialect.name == "sqlite" else ARRAY(BigInteger)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class _Texts(_Ids):
    """Texts, as whole numbers are sent."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        own: TypeEngine[Any] = String() if dialect.name == "sqlite" else ARRAY(String)
        return dialect.type_descriptor(own)


class _Each(GenericFunction[int]):
    """The numbers of such a list, as rows."""

    name = "each_of_many"
    inherit_cache = True


class _EachText(GenericFunction[str]):
    """The texts of such a list, as rows."""

    name = "each_of_many_texts"
    inherit_cache = True


@compiles(_Each, "sqlite")
@compiles(_EachText, "sqlite")
def _of_json(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kw)}))"


@compiles(_Each)
def _of_array(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(SELECT unnest(CAST({compiler.process(element.clauses, **kw)} AS BIGINT[])))"


@compiles(_EachText)
def _of_text_array(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(SELECT unnest(CAST({compiler.process(element.clauses, **kw)} AS TEXT[])))"


def in_order(ids: Iterable[int]) -> list[int]:
    """A list for `one_of_named`."""
    return sorted(set(ids))


def one_of_named(column: Any, name: str) -> ColumnElement[bool]:
    """The same condition for a statement that is made once: the list, as `in_order` gives it, comes
    with the named values."""
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(
        _Each(bindparam(name, type_=_Ids()))
    )
    return found


def one_of(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Condition: the column is one of these ids, however many they are."""
    numbers = bindparam(None, sorted(set(ids)), _Ids())
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(_Each(numbers))
    return found


def one_of_texts(column: Any, texts: Iterable[str]) -> ColumnElement[bool]:
    """Condition: the column is one of these texts, however many they are."""
    wanted = bindparam(None, sorted(set(texts)), _Texts())
    found: ColumnElement[bool] = column.op("IN", is_comparison=True)(_EachText(wanted))
    return found
