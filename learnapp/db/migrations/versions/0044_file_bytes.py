"""The bytes of files, where several machines over one database keep them in it and not in a shared folder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TABLE = "file_bytes"

revision = "0044"
down_revision = "0047"


def upgrade() -> None:
    """Make the table, empty: what lies in a folder stays there."""
    op.create_table(
        TABLE,
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f(f"pk_{TABLE}")),
    )


def downgrade() -> None:
    """Remove the table with what is in it."""
    op.drop_table(TABLE)
