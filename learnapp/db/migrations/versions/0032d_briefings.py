"""简报 and 月考通报, drawn from frozen reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0032d"
down_revision = "0030d"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_briefings_{column}"))


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "briefings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("exam_id", BIG),
        sa.Column("words", JSON, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("year", BIG),
        sa.Column("number", BIG),
        sa.Column("serial", BIG),
        sa.Column("check_code", sa.String(8)),
        sa.Column("drafted_by", BIG, nullable=False),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("issued_by", BIG),
        sa.Column("issued_at", INSTANT),
        _refers("unit_id", "units"),
        _refers("issue_id", "report_issues"),
        _refers("exam_id", "exams"),
        _refers("drafted_by", "people"),
        _refers("issued_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefings")),
        sa.UniqueConstraint(
            "unit_id", "kind", "serial", name=op.f("uq_briefings_unit_id_kind_serial")
        ),
    )
    op.create_index(op.f("ix_briefings_unit_id_briefings_id"), "briefings", ["unit_id", "id"])
    op.create_index(op.f("ix_briefings_check_code"), "briefings", ["check_code"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("briefings")
