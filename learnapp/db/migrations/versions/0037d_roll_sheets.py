"""Signed sheets of study sessions: entered by one, verified by another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0037d"
down_revision = "0039b"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_roll_sheets_{column}"))


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "roll_sheets",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("entered_by", BIG, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("agrees", sa.Boolean()),
        sa.Column("remark", sa.String(400), nullable=False),
        sa.Column("decided_by", BIG),
        sa.Column("decided_at", INSTANT),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> entered_by",
            name=op.f("ck_roll_sheets_two_people"),
        ),
        _refers("session_id", "study_sessions"),
        _refers("entered_by", "people"),
        _refers("decided_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_sheets")),
    )
    waiting = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_roll_sheets_waiting",
        "roll_sheets",
        ["session_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    columns = ["session_id", "id"]
    op.create_index(op.f("ix_roll_sheets_session_id_roll_sheets_id"), "roll_sheets", columns)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("roll_sheets")
