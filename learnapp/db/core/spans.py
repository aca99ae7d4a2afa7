"""Spans of ids: a table of any size is gone through in parts, in the order of its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import Session


class Span(NamedTuple):
    """Ids from the first to the last, both included."""

    first: int
    last: int

    def holds(self, column: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Condition: the column is one of these ids."""
        return column.between(self.first, self.last)


def spans_of(session: Session, key: SQLColumnExpression[int], size: int) -> Iterator[Span]:
    """Spans that hold all ids of a table, each with `size` rows at most."""
    last = 0
    while True:
        rest = select(key).where(key > last).order_by(key).limit(size).subquery()
        first, end = session.execute(select(func.min(rest.c[0]), func.max(rest.c[0]))).one()
        if first is None:
            return
        yield Span(first, end)
        last = end
