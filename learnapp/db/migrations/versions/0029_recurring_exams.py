"""Exams that recur belong to a series; a line that was given its day by hand keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0029"
down_revision = "0032b"


def upgrade() -> None:
    """Add the table and the two columns."""
    op.create_table(
        "exam_series",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme_id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_series")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_exam_series_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_exam_series_recorded_by")
        ),
    )
    op.create_index("ix_exam_series_programme_id", "exam_series", ["programme_id"])
    if op.get_bind().dialect.name == "sqlite":
        # In words: SQLite adds a column that refers to something only without making the table anew.
        op.execute(
            "ALTER TABLE exams ADD COLUMN series_id INTEGER "
            "CONSTRAINT fk_exams_series_id REFERENCES exam_series (id)"
        )
    else:
        op.add_column("exams", sa.Column("series_id", BIG))
        op.create_foreign_key(
            op.f("fk_exams_series_id"), "exams", "exam_series", ["series_id"], ["id"]
        )
    op.create_index("ix_exams_series_id", "exams", ["series_id"])
    op.add_column(
        "requirements",
        sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("requirements", "pinned")
    op.drop_index("ix_exams_series_id", table_name="exams")
    op.drop_column("exams", "series_id")
    op.drop_table("exam_series")
