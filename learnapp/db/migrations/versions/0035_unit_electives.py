"""自选动作: what units offer their people beside what is required."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "unit_electives"

revision = "0035"
down_revision = "0032e"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("reading_id", BIG),
        sa.Column("item_id", BIG),
        sa.Column("session_id", BIG),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", BIG),
        sa.CheckConstraint(
            "(CASE WHEN reading_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f(f"ck_{TABLE}_one_thing"),
        ),
        sa.CheckConstraint("last_day >= first_day", name=op.f(f"ck_{TABLE}_days")),
        _refers("unit_id", "units"),
        _refers("line_id", "lines"),
        _refers("reading_id", "readings"),
        _refers("item_id", "items"),
        _refers("session_id", "study_sessions"),
        _refers("recorded_by", "people"),
        _refers("ended_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_item_id"), TABLE, ["item_id"])
    alive = sa.text("ended_at IS NULL")
    for thing in ("reading", "item"):
        op.create_index(
            f"uq_{TABLE}_{thing}",
            TABLE,
            ["unit_id", "line_id", f"{thing}_id"],
            unique=True,
            sqlite_where=alive,
            postgresql_where=alive,
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))
