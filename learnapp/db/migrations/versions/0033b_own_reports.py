"""What a person marks, reports and says of themselves: favourites, leave, feedback, codes of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0033b"
down_revision = "0028"

_TABLES = ("record_codes", "feedback", "leave_reports", "favourites")


def upgrade() -> None:
    """Add the tables."""
    _favourites()
    _leave_reports()
    _feedback()
    _record_codes()


def _compact_instant() -> sa.DateTime:
    """Microseconds on SQLite, an instant on PostgreSQL."""
    return sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def _to_person(table: str, column: str = "person_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))


def _favourites() -> None:
    op.create_table(
        "favourites",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("added_at", _compact_instant(), nullable=False),
        _to_person("favourites"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_favourites_question_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_favourites")),
        sqlite_with_rowid=False,
    )


def _leave_reports() -> None:
    op.create_table(
        "leave_reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("absence_id", BIG, nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_leave_reports_days")),
        _to_person("leave_reports"),
        _to_person("leave_reports", "decided_by"),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absences.id"], name=op.f("fk_leave_reports_absence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_reports")),
    )
    op.create_index("ix_leave_reports_person_id", "leave_reports", ["person_id"])
    _index_of_open("ix_leave_reports_waiting", "leave_reports", "person_id", "decided_at")


def _index_of_open(name: str, table: str, column: str, until: str) -> None:
    waiting = sa.text(f"{until} IS NULL")
    op.create_index(name, table, [column], sqlite_where=waiting, postgresql_where=waiting)


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", BIG, nullable=True),
        _to_person("feedback"),
        _to_person("feedback", "answered_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_feedback_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_person_id", "feedback", ["person_id"])
    _index_of_open("ix_feedback_open", "feedback", "unit_id", "answered_at")


def _record_codes() -> None:
    op.create_table(
        "record_codes",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _to_person("record_codes"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_record_codes_unit_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_record_codes")),
        sa.UniqueConstraint("person_id", "digest", name=op.f("uq_record_codes_person_id_digest")),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in _TABLES:
        op.drop_table(table)
