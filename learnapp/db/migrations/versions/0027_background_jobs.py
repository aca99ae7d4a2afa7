"""Work in the background: jobs with their progress, and the rows of what they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "background_jobs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("owner_unit_id", BIG, nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done", BIG, nullable=False, server_default="0"),
        sa.Column("total", BIG),
        sa.Column("cursor", JSON),
        sa.Column("attempts", BIG, nullable=False, server_default="0"),
        sa.Column("result", JSON),
        sa.Column("error", sa.String(40)),
        sa.Column("error_params", JSON, nullable=False, server_default="{}"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", BIG),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_jobs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_background_jobs_public_id")),
        sa.ForeignKeyConstraint(
            ["owner_unit_id"], ["units.id"], name=op.f("fk_background_jobs_owner_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["people.id"], name=op.f("fk_background_jobs_asked_by")
        ),
    )
    active = sa.text("state IN ('waiting', 'running')")
    op.create_index(
        "uq_background_jobs_active",
        "background_jobs",
        ["kind", "subject"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_index("ix_background_jobs_of_subject", "background_jobs", ["kind", "subject", "id"])
    op.create_index("ix_background_jobs_ended", "background_jobs", ["state", "ended_at"])
    op.create_table(
        "background_rows",
        sa.Column("job_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("row", JSON, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_background_rows")),
        sa.ForeignKeyConstraint(
            ["job_id"], ["background_jobs.id"], name=op.f("fk_background_rows_job_id")
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("background_rows")
    op.drop_table("background_jobs")
