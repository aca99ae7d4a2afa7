"""A key revision says whether it is a key or makes the question void, and may put the explanation right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from learnapp.db.core.base import Document

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Three columns; every revision so far is a key and leaves explanation and source as they are."""
    op.add_column(
        "key_revisions",
        sa.Column("ruling", sa.String(length=40), nullable=False, server_default="key"),
    )
    op.add_column("key_revisions", sa.Column("explanation", Document, nullable=True))
    op.add_column("key_revisions", sa.Column("source", sa.String(length=400), nullable=True))
