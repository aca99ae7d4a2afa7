"""Scans of paper answer sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0030d"
down_revision = "0030c"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_paper_scans_{column}"))


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "paper_scans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_scans")),
        sa.UniqueConstraint(
            "attempt_id", "file_id", name=op.f("uq_paper_scans_attempt_id_file_id")
        ),
        _refers("attempt_id", "attempts"),
        _refers("file_id", "files"),
        _refers("recorded_by", "people"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("paper_scans")
