"""Sessions that end when they are not used, and that a test keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0034b"
down_revision = "0034a"


def upgrade() -> None:
    """Add the columns; sessions that are open go on as they were."""
    op.add_column("sign_ins", sa.Column("idle_s", BIG))
    op.add_column("sign_ins", sa.Column("kept_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("sign_ins", "kept_until")
    op.drop_column("sign_ins", "idle_s")
