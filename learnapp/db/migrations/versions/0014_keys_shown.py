"""When the keys of a window's papers open, what a draw avoids, and where a question was reported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add what is new; the scheduler records the opening of keys for windows that are over."""
    op.add_column("exam_windows", sa.Column("keys_shown_at", INSTANT, nullable=True))
    op.add_column("exam_windows", sa.Column("overlap", BIG, nullable=True))
    op.add_column("exams", sa.Column("avoid_days", BIG, nullable=False, server_default="30"))
    op.add_column("attempts", sa.Column("shown", JSON, nullable=False, server_default="[]"))
    # In words, for a reference that comes with its column: SQLite adds none later.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE question_reports ADD COLUMN attempt_id {kind} "
        "CONSTRAINT fk_question_reports_attempt_id REFERENCES attempts (id)"
    )
    op.add_column("question_reports", sa.Column("question", BIG, nullable=True))
    _indexes()


def _indexes() -> None:
    for table, columns in (
        ("exam_windows", ["keys_shown_at", "opens_at"]),
        ("practice_answers", ["person_id", "recorded_at"]),
        ("check_answers", ["person_id", "recorded_at"]),
        ("question_versions", ["recorded_by", "bank_id"]),
    ):
        name = op.f(f"ix_{table}_{columns[0]}_{table}_{columns[1]}")
        op.create_index(name, table, columns)
    op.create_index(op.f("ix_question_reports_attempt_id"), "question_reports", ["attempt_id"])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "ix_attempts_open_in_window",
        "attempts",
        ["window_id", "channel"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
