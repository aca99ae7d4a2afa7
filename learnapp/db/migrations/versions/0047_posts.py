"""Memberships have a post (岗位), as the roster names it; empty of all that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0045"


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "memberships", sa.Column("post", sa.String(60), nullable=False, server_default="")
    )


def downgrade() -> None:
    """Forget the posts."""
    op.drop_column("memberships", "post")
