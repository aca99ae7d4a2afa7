"""Two markers, paper attempts, duty batches, extra time, late events admitted, facts of test pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0007"
down_revision = "0006"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=nullable)


def _text(name: str, length: int, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, **more)


def _recorded() -> list[sa.Column[Any]]:
    return [sa.Column("recorded_at", INSTANT, nullable=False), _number("recorded_by")]


def upgrade() -> None:
    """Add what is new; exams before have one marker, count the best, and know no bands."""
    # In words, for a check that comes with its column: SQLite adds none later, and making the table
    # anew would let go of all that refers to it.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE exams ADD COLUMN markers {kind} DEFAULT 1 NOT NULL "
        "CONSTRAINT ck_exams_markers CHECK (markers IN (1, 2))"
    )
    op.add_column("exams", _text("counts", 40, server_default="best"))
    op.add_column("exams", sa.Column("bands", JSON, nullable=False, server_default="[]"))
    op.add_column("exams", sa.Column("networks", JSON, nullable=False, server_default="[]"))
    _windows()
    _answers()
    _marking()
    for table in ("admissions", "extra_times", "mark_opinions", "page_facts"):
        _hold_append_only(table)


def _windows() -> None:
    op.create_table(
        "window_people",
        _number("window_id"),
        _number("person_id"),
        _refers("window_people", "window_id", "exam_windows"),
        _refers("window_people", "person_id", "people"),
        sa.PrimaryKeyConstraint("window_id", "person_id", name=op.f("pk_window_people")),
    )
    op.create_table(
        "extra_times",
        _number("id"),
        _number("exam_id"),
        _number("person_id"),
        _number("seconds"),
        _text("reason", 400),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _number("recorded_by", nullable=True),
        sa.CheckConstraint("seconds > 0", name=op.f("ck_extra_times_positive")),
        _refers("extra_times", "exam_id", "exams"),
        _refers("extra_times", "person_id", "people"),
        _refers("extra_times", "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_times")),
    )
    index = op.f("ix_extra_times_exam_id_extra_times_person_id")
    op.create_index(index, "extra_times", ["exam_id", "person_id"])


def _answers() -> None:
    op.create_table(
        "admissions",
        _number("attempt_id"),
        _text("event_id", 36),
        _text("reason", 400),
        *_recorded(),
        _refers("admissions", "attempt_id", "attempts"),
        _refers("admissions", "recorded_by", "people"),
        sa.PrimaryKeyConstraint("attempt_id", "event_id", name=op.f("pk_admissions")),
    )
    op.create_table(
        "page_facts",
        _number("attempt_id"),
        _text("fact_id", 36),
        _text("kind", 40),
        _number("seconds"),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers("page_facts", "attempt_id", "attempts"),
        sa.PrimaryKeyConstraint("attempt_id", "fact_id", name=op.f("pk_page_facts")),
    )
    op.create_table(
        "paper_entries",
        _number("id"),
        _number("attempt_id"),
        _number("number"),
        sa.Column("responses", JSON, nullable=False),
        sa.Column("sat_at", INSTANT, nullable=False),
        *_recorded(),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        _text("remark", 400, server_default=""),
        sa.Column("verified_at", INSTANT, nullable=True),
        _number("verified_by", nullable=True),
        sa.CheckConstraint(
            "verified_by IS NULL OR verified_by <> recorded_by",
            name=op.f("ck_paper_entries_two_people"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (verified_by IS NULL)", name=op.f("ck_paper_entries_outcome")
        ),
        _refers("paper_entries", "attempt_id", "attempts"),
        _refers("paper_entries", "recorded_by", "people"),
        _refers("paper_entries", "verified_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint(
            "attempt_id", "number", name=op.f("uq_paper_entries_attempt_id_number")
        ),
    )


def _marking() -> None:
    op.create_table(
        "mark_opinions",
        _number("attempt_id"),
        _number("question"),
        _number("seat"),
        _number("revision"),
        _number("key_revision_id"),
        sa.Column("points", JSON, nullable=False),
        _number("awarded"),
        _text("comment", 400),
        *_recorded(),
        sa.CheckConstraint(
            "awarded >= 0 AND seat IN (1, 2, 3)", name=op.f("ck_mark_opinions_sound")
        ),
        _refers("mark_opinions", "attempt_id", "attempts"),
        _refers("mark_opinions", "key_revision_id", "key_revisions"),
        _refers("mark_opinions", "recorded_by", "people"),
        sa.PrimaryKeyConstraint(
            "attempt_id", "question", "seat", "revision", name=op.f("pk_mark_opinions")
        ),
    )


def _hold_append_only(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
