"""Learning from exams: practice answers, the notebook's schedule, the readings of the way back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0006"
down_revision = "0005"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def upgrade() -> None:
    """Add the tables; nothing was practised before."""
    op.create_table(
        "practice_answers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("key_revision_id", BIG, nullable=False),
        sa.Column("response", JSON, nullable=True),
        sa.Column("recall", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers("practice_answers", "person_id", "people"),
        _refers("practice_answers", "question_id", "questions"),
        _refers("practice_answers", "version_id", "question_versions"),
        _refers("practice_answers", "key_revision_id", "key_revisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answers")),
        sa.UniqueConstraint(
            "person_id", "event_id", name=op.f("uq_practice_answers_person_id_event_id")
        ),
    )
    op.create_index(
        op.f("ix_practice_answers_person_id_practice_answers_question_id"),
        "practice_answers",
        ["person_id", "question_id"],
    )
    op.create_table(
        "notebook_cards",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("recall", sa.String(length=40), nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        _refers("notebook_cards", "person_id", "people"),
        _refers("notebook_cards", "question_id", "questions"),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_notebook_cards")),
    )
    op.create_table(
        "remedy_readings",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("ordinal", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers("remedy_readings", "attempt_id", "attempts"),
        sa.ForeignKeyConstraint(
            ["version_id", "ordinal"],
            ["reading_sections.version_id", "reading_sections.ordinal"],
            name=op.f("fk_remedy_readings_section"),
        ),
        sa.PrimaryKeyConstraint(
            "attempt_id", "version_id", "ordinal", name=op.f("pk_remedy_readings")
        ),
    )
    for table in ("practice_answers", "remedy_readings"):
        _hold_append_only(table)


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
