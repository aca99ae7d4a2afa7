"""Aliases that are made once and then shared: one costs more to make than its query to run."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

Entity = TypeVar("Entity")


def lasting_alias(entity: type[Entity]) -> type[Entity]:
    """An alias of a table that every thread may use.

    SQLAlchemy makes an alias's columns when they are first named. Two threads that did so at once would
    get two of each, and the statement of one would lack its table: so all of them are made here.
    """
    alias = aliased(entity)
    for attribute in inspect(entity).column_attrs:
        getattr(alias, attribute.key).__clause_element__()
    return alias
