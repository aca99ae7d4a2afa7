"""The declarative base and the column types that both databases share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Uuid,
    cast,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator, TypeEngine

from learnapp.domain.core.errors import RuleBroken


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


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CompactInstant(TypeDecorator[datetime]):
    """An instant in tables with many rows: on SQLite microseconds since 1970, seven bytes for 27.

    It cannot be compared in SQL with a column of the other kind; `compact` makes one of it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite has no type for instants at all."""
        own: TypeEngine[Any] = Integer() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        utc = value.astimezone(UTC)
        return (utc - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, int):
            return _EPOCH + value * _MICROSECOND
        found: datetime = value.astimezone(UTC)
        return found


class compact(GenericFunction[datetime]):
    """An instant as a CompactInstant."""

    type = CompactInstant()
    inherit_cache = True


@compiles(compact)
def _as_it_is(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(compact, "sqlite")
def _in_microseconds(element: Any, compiler: Any, **kw: Any) -> str:
    at = compiler.process(element.clauses, **kw)
    seconds = f"CAST(strftime('%s', {at}) AS INTEGER)"
    return f"({seconds} * 1000000 + CAST(substr({at}, 21, 6) AS INTEGER))"


class TextTooLong(RuleBroken, DontWrapMixin):
    """A text that its column cannot hold (HTTP 422)."""

    def __init__(self, most: int) -> None:
        super().__init__("text", "value_too_long", most=most)


class TypedText(TypeDecorator[str]):
    """What people type, of so many characters at most, as it is written: SQLite keeps no limit by itself.

    Raises TextTooLong, so that both databases refuse the same, in the words of the pages.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length  # of the key under which statements are cached

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None and len(value) > self.length:
            raise TextTooLong(self.length)
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """A text that is searched for may be of any length: no row has it."""
        return String()


class EventId(TypeDecorator[str]):
    """A UUID that a phone chose: its canonical text in Python, 16 bytes in the database.

    Both orders are the same: of the bytes, and of the text in small letters. A text that is no UUID
    is looked for as nothing that any row has.
    """

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has a type for it."""
        return dialect.type_descriptor(
            LargeBinary(16) if dialect.name == "sqlite" else Uuid(as_uuid=True)
        )

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | UUID | None:
        if value is None:
            return None
        try:
            found = UUID(value)
        except ValueError:
            return None
        return found.bytes if dialect.name == "sqlite" else found

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return str(UUID(bytes=value) if isinstance(value, bytes) else value)


BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB, "postgresql")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Json = Annotated[Any, mapped_column(Document)]
PublicId = Annotated[str, mapped_column(String(22), unique=True)]
PersonRef = Annotated[int, mapped_column(BigId, ForeignKey("people.id"))]
CompactTime = Annotated[datetime, mapped_column(CompactInstant)]
MaybePersonRef = Annotated[int | None, mapped_column(BigId, ForeignKey("people.id"))]
UnitRef = Annotated[int, mapped_column(BigId, ForeignKey("units.id"))]
Name = Annotated[str, mapped_column(TypedText(200))]
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
