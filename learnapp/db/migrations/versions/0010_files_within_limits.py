"""Imports count the attempts to read their file; a reading may show pictures of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the count, 0 for what was read, and a table of the pictures of readings."""
    op.add_column("import_jobs", sa.Column("attempts", BIG, nullable=False, server_default="0"))
    op.create_table(
        "reading_media",
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["reading_versions.id"],
            name=op.f("fk_reading_media_version_id"),
        ),
        sa.PrimaryKeyConstraint("version_id", "sha256", name=op.f("pk_reading_media")),
    )
    op.create_index(op.f("ix_reading_media_sha256"), "reading_media", ["sha256"])
