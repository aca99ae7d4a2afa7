"""Displays of a unit's wall chart, by an address that can be revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0031"
down_revision = "0034c"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "wall_displays",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("networks", JSON, nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_displays")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_wall_displays_token_sha256")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_wall_displays_{column}")
            )
            for column, table in (
                ("unit_id", "units"),
                ("programme_id", "programmes"),
                ("recorded_by", "people"),
                ("revoked_by", "people"),
            )
        ),
    )
    op.create_index(op.f("ix_wall_displays_unit_id"), "wall_displays", ["unit_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("wall_displays")
