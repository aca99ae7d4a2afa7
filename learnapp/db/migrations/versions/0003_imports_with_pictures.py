"""Imports that are read in the background, with pictures, types and twins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what an import tells while it is read, and the pictures of questions."""
    op.add_column("import_jobs", sa.Column("total", BIG, nullable=True))
    op.add_column("import_rows", sa.Column("type", sa.String(length=40), nullable=True))
    op.add_column("import_rows", sa.Column("twin", JSON, nullable=True))
    op.create_table(
        "import_media",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_jobs.id"], name=op.f("fk_import_media_job_id")
        ),
        sa.PrimaryKeyConstraint("job_id", "sha256", name=op.f("pk_import_media")),
    )
    op.create_table(
        "version_media",
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_versions.id"], name=op.f("fk_version_media_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "sha256", name=op.f("pk_version_media")),
    )
    op.create_index(op.f("ix_version_media_sha256"), "version_media", ["sha256"])
