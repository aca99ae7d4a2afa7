"""Notices of a month's plan beside briefings: drawn from the plan, not from a frozen report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0037c"
down_revision = "0037b"


def upgrade() -> None:
    """A notice has a month and no report."""
    with op.batch_alter_table("briefings") as table:
        table.alter_column("issue_id", existing_type=BIG, nullable=True)
        table.add_column(sa.Column("month", sa.Date()))


def downgrade() -> None:
    """Drop the notices, and the column."""
    op.execute("DELETE FROM briefings WHERE issue_id IS NULL")
    with op.batch_alter_table("briefings") as table:
        table.drop_column("month")
        table.alter_column("issue_id", existing_type=BIG, nullable=False)
