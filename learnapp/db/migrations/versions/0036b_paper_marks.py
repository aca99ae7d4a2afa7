"""Marks of paper answer sheets, keyed by two people apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

revision = "0036b"
down_revision = "0037c"
TABLE = "paper_marks"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("sat_at", INSTANT, nullable=False),
        sa.Column("agrees_with", BIG),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f(f"fk_{TABLE}_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["agrees_with"], [f"{TABLE}.id"], name=op.f(f"fk_{TABLE}_agrees_with")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f(f"fk_{TABLE}_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("agrees_with", name=op.f(f"uq_{TABLE}_agrees_with")),
    )
    op.create_index(op.f(f"ix_{TABLE}_attempt_id"), TABLE, ["attempt_id"])
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
