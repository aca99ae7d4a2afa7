"""Why an attempt was voided: misconduct or anything else; unknown of those voided before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030c"
down_revision = "0030b"


def upgrade() -> None:
    """Add the column."""
    op.add_column("attempts", sa.Column("void_cause", sa.String(40), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("attempts", "void_cause")
