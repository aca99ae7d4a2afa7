"""Backups that were made or failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0034"
down_revision = "0032"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "backup_runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80)),
        sa.Column("folder", sa.String(200)),
        sa.Column("size", BIG),
        sa.Column("sha256", sa.String(64)),
        sa.Column("detail", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_runs")),
    )
    op.create_index(op.f("ix_backup_runs_begun_at"), "backup_runs", ["begun_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("backup_runs")
