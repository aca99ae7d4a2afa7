"""The declarative base and the column types that both databases share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC and always aware in Python; SQLite drops zones silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB, "postgresql")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Json = Annotated[Any, mapped_column(Document)]
PublicId = Annotated[str, mapped_column(String(22), unique=True)]
PersonRef = Annotated[int, mapped_column(BigId, ForeignKey("people.id"))]
MaybePersonRef = Annotated[int | None, mapped_column(BigId, ForeignKey("people.id"))]
UnitRef = Annotated[int, mapped_column(BigId, ForeignKey("units.id"))]
Name = Annotated[str, mapped_column(String(200))]
Code = Annotated[str, mapped_column(String(40))]


class Base(DeclarativeBase):
    """All rows; constraint names are fixed so that migrations can name them."""

    type_annotation_map = {datetime: Instant, int: BigId}  # noqa: RUF012
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def new_public_id() -> str:
    """A random name for a URL: 128 bits, so that guessing one is hopeless."""
    return secrets.token_urlsafe(16)


def total(number: Any) -> ColumnElement[int]:
    """The sum of whole numbers, 0 of none, as one: PostgreSQL's own sum of them is a NUMERIC."""
    return cast(func.coalesce(func.sum(number), 0), BigId)
