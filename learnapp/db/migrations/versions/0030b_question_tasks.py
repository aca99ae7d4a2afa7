"""命题任务: units owe questions of a bank by a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0030b"
down_revision = "0031"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_question_tasks_{column}"))


def upgrade() -> None:
    """Add the table."""
    table = "question_tasks"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("bank_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.CheckConstraint("count > 0", name=op.f(f"ck_{table}_positive")),
        _refers("bank_id", "banks"),
        _refers("unit_id", "units"),
        _refers("recorded_by", "people"),
        _refers("withdrawn_by", "people"),
    )
    for column in ("unit_id", "bank_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("question_tasks")
