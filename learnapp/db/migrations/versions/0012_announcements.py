"""Announcements of proctors to a window or to one attempt."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "announcements"

revision = "0012"
down_revision = "0011"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))


def upgrade() -> None:
    """Add the table, empty and append-only."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("window_id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=True),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        _refers("window_id", "exam_windows"),
        _refers("attempt_id", "attempts"),
        _refers("recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    both = op.f(f"ix_{TABLE}_window_id_{TABLE}_attempt_id")
    op.create_index(both, TABLE, ["window_id", "attempt_id"])
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
