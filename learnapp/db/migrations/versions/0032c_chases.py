"""提醒函 and 督办单 to units."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0032c"
down_revision = "0029"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_chases_{column}"))


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "chases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("condition", sa.String(40), nullable=False),
        sa.Column("target", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("drafted_by", BIG, nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("approved_by", BIG),
        sa.Column("issued_at", INSTANT),
        sa.Column("escalated_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        _refers("stage_id", "stages"),
        _refers("unit_id", "units"),
        _refers("owner_id", "people"),
        _refers("drafted_by", "people"),
        _refers("approved_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chases")),
    )
    active = sa.text("state IN ('draft', 'issued')")
    op.create_index(
        "uq_chases_active",
        "chases",
        ["unit_id", "stage_id", "kind"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.create_index(op.f("ix_chases_state_chases_due_on"), "chases", ["state", "due_on"])
    op.create_index(op.f("ix_chases_owner_id"), "chases", ["owner_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("chases")
