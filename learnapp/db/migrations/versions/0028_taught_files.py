"""What people state about files: that a marking has lapsed, and how a source writes its questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0028"
down_revision = "0032c"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Add the two tables; statements are never changed."""
    table = "marking_statements"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("marking", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("authority", sa.String(400), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _refers(table, "job_id", "import_jobs"),
        _refers(table, "recorded_by", "people"),
    )
    op.create_index(op.f(f"ix_{table}_job_id"), table, ["job_id"])
    _hold_append_only(table)
    table = "taught_layouts"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("layout", JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _refers(table, "owner_unit_id", "units"),
        _refers(table, "recorded_by", "people"),
    )
    op.create_index(op.f(f"ix_{table}_owner_unit_id"), table, ["owner_unit_id"])


def _hold_append_only(table: str) -> None:
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


def downgrade() -> None:
    """Drop them."""
    op.drop_table("taught_layouts")
    op.drop_table("marking_statements")
