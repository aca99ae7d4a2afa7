"""Chases are found by stage and the instant at which they were issued: 督办单 of a programme by month."""

from __future__ import annotations

from alembic import op

INDEX = "ix_chases_stage_id_chases_issued_at"

revision = "0045"
down_revision = "0038c"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f(INDEX), "chases", ["stage_id", "issued_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f(INDEX), "chases")
