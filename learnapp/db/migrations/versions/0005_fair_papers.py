"""Fair papers: fixed questions, one paper for all, what was seen avoided, as part of the draw input."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; papers drawn before have avoided nothing and fixed nothing."""
    each = sa.Column("paper", sa.String(length=40), nullable=False, server_default="each")
    op.add_column("exams", each)
    op.add_column("exams", sa.Column("avoid_last", BIG, nullable=False, server_default="3"))
    op.add_column("attempts", sa.Column("avoided", JSON, nullable=False, server_default="[]"))
    op.add_column("draw_pools", sa.Column("fixed", JSON, nullable=False, server_default="[]"))
    seed = sa.Column("seed", sa.String(length=64), nullable=False, server_default="")
    op.add_column("draw_pools", seed)
    _order_events()
    op.create_table(
        "blueprint_fixed",
        sa.Column("blueprint_id", BIG, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_id"], ["blueprints.id"], name=op.f("fk_blueprint_fixed_blueprint_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_blueprint_fixed_question_id")
        ),
        sa.PrimaryKeyConstraint("blueprint_id", "question_id", name=op.f("pk_blueprint_fixed")),
    )


def _order_events() -> None:
    """Make the order of an attempt's events their key; on SQLite they lie in it, in one tree."""
    key = ["attempt_id", "seq", "event_id"]
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("pk_answer_events"), "answer_events")
        op.create_primary_key(op.f("pk_answer_events"), "answer_events", key)
        return
    op.rename_table("answer_events", "answer_events_before")
    op.create_table(
        "answer_events",
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("question", BIG, nullable=False),
        sa.Column("response", JSON, nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_answer_events_attempt_id")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_answer_events")),
        sqlite_with_rowid=False,
    )
    names = "attempt_id, seq, event_id, question, response, flagged, state, received_at"
    op.execute(f"INSERT INTO answer_events ({names}) SELECT {names} FROM answer_events_before")
    op.drop_table("answer_events_before")
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER answer_events_no_{verb.lower()} BEFORE {verb} ON answer_events "
            "BEGIN SELECT RAISE(ABORT, 'answer_events is append-only'); END"
        )
