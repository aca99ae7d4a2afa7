"""Deeds by the key of their form, and sheets of one-time codes kept encrypted for a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0017"
down_revision = "0016"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    name = "_".join(f"{table}_{column}" for column in columns)
    op.create_index(op.f(f"ix_{name}"), table, list(columns))


def upgrade() -> None:
    """Add the tables, empty."""
    _add_deeds()
    _add_sheets()
    _add_codes()


def _add_deeds() -> None:
    table = "deeds_once"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("deed", sa.String(length=80), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("result", DOCUMENT, nullable=True),
        _refers(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("person_id", "key", name=op.f(f"uq_{table}_person_id_key")),
    )
    _index(table, "recorded_at")


def _add_sheets() -> None:
    table = "code_sheets"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("job_id", BIG, nullable=True),
        sa.Column("count", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", BIG, nullable=True),
        _refers(table, "job_id", "import_jobs"),
        _refers(table, "recorded_by", "people"),
        _refers(table, "ended_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )
    _index(table, "job_id")
    kept = sa.text("ended_at IS NULL")
    op.create_index(
        op.f(f"ix_{table}_expires_at"),
        table,
        ["expires_at"],
        sqlite_where=kept,
        postgresql_where=kept,
    )


def _add_codes() -> None:
    table = "sealed_codes"
    op.create_table(
        table,
        sa.Column("sheet_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("code_id", BIG, nullable=False),
        sa.Column("sealed", sa.LargeBinary(length=80), nullable=False),
        _refers(table, "sheet_id", "code_sheets"),
        _refers(table, "person_id", "people"),
        _refers(table, "unit_id", "units"),
        _refers(table, "code_id", "activation_codes"),
        sa.PrimaryKeyConstraint("sheet_id", "ordinal", name=op.f(f"pk_{table}")),
    )
    _index(table, "person_id")
    _index(table, "sheet_id", "unit_id")
