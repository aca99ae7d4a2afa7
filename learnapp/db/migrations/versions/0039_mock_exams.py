"""Mock exams: papers by an exam's blueprint that one person tries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COMPACT = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
TABLE = "mock_exams"

revision = "0039"
down_revision = "0036"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("public_id", sa.String(22), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("wanted", BIG, nullable=False),
        sa.Column("started_at", COMPACT, nullable=False),
        sa.Column("due_at", COMPACT, nullable=False),
        sa.Column("handed_in_at", COMPACT),
        sa.Column("paper", DOCUMENT, nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{TABLE}_person_id")),
        sa.ForeignKeyConstraint(["exam_id"], ["exams.id"], name=op.f(f"fk_{TABLE}_exam_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{TABLE}_public_id")),
    )
    op.create_index(
        op.f(f"ix_{TABLE}_person_id_{TABLE}_started_at"), TABLE, ["person_id", "started_at"]
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
