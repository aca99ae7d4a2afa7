"""Reminders to people, and messages on outer channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)

revision = "0032b"
down_revision = "0033"


def upgrade() -> None:
    """Add the three tables."""
    _add_reminders()
    _add_people()
    _add_messages()


def downgrade() -> None:
    """Drop them."""
    for table in ("outgoing_messages", "reminder_people", "reminders"):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_reminders() -> None:
    table = "reminders"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("people", JSON),
        sa.Column("addition", sa.String(400), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("cursor", BIG, nullable=False, server_default="0"),
        sa.Column("expanded_at", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        _refers(table, "stage_id", "stages"),
        _refers(table, "unit_id", "units"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("unit_id", "expanded_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _add_people() -> None:
    table = "reminder_people"
    op.create_table(
        table,
        sa.Column("reminder_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("cause", sa.String(60), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("send_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("ended_at", INSTANT),
        _refers(table, "reminder_id", "reminders"),
        _refers(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("reminder_id", "person_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "person_id", "cause", "week", name=op.f(f"uq_{table}_person_id_cause_week")
        ),
    )
    op.create_index(op.f(f"ix_{table}_state_{table}_send_at"), table, ["state", "send_at"])


def _add_messages() -> None:
    table = "outgoing_messages"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("reminder_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        _refers(table, "reminder_id", "reminders"),
        _refers(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "reminder_id",
            "person_id",
            "channel",
            name=op.f(f"uq_{table}_reminder_id_person_id_channel"),
        ),
    )
    op.create_index(op.f(f"ix_{table}_state_{table}_next_at"), table, ["state", "next_at"])
