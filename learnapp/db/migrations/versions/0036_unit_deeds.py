"""Units merged, split and deferred in one step, and their established order (建制序)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

revision = "0036"
down_revision = "0038"


def upgrade() -> None:
    """Add the tables."""
    _add_deeds()
    _add_positions()
    for table in ("unit_deeds", "unit_positions"):
        _append_only(table)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("unit_positions")
    op.drop_table("unit_deeds")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_deeds() -> None:
    table = "unit_deeds"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("other_id", BIG),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG),
        sa.Column("supersedes_id", BIG),
        _refers(table, "unit_id", "units"),
        _refers(table, "other_id", "units"),
        _refers(table, "recorded_by", "people"),
        _refers(table, "supersedes_id", table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("supersedes_id", name=op.f(f"uq_{table}_supersedes_id")),
    )
    op.create_index(op.f(f"ix_{table}_unit_id"), table, ["unit_id"])
    op.create_index(op.f(f"ix_{table}_other_id"), table, ["other_id"])


def _add_positions() -> None:
    table = "unit_positions"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("position", BIG),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG),
        _refers(table, "unit_id", "units"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_unit_id"), table, ["unit_id"])


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
