"""Collective study: sessions, what they cover, ticks of the roll call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EVENT = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0032e"
down_revision = "0032d"


def upgrade() -> None:
    """Add the three tables."""
    _add_sessions()
    _add_items()
    _add_ticks()


def downgrade() -> None:
    """Drop them."""
    for table in ("roll_ticks", "study_session_items", "study_sessions"):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_sessions() -> None:
    table = "study_sessions"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("host", sa.String(400), nullable=False),
        sa.Column("place", sa.String(400), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("closed_by", BIG),
        sa.Column("credited_through", BIG),
        _refers(table, "unit_id", "units"),
        _refers(table, "line_id", "lines"),
        _refers(table, "recorded_by", "people"),
        _refers(table, "closed_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_unit_id_{table}_starts_at"), table, ["unit_id", "starts_at"])
    op.create_index(op.f(f"ix_{table}_credited_through"), table, ["credited_through"])


def _add_items() -> None:
    table = "study_session_items"
    op.create_table(
        table,
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        _refers(table, "session_id", "study_sessions"),
        _refers(table, "item_id", "items"),
        sa.PrimaryKeyConstraint("session_id", "item_id", name=op.f(f"pk_{table}")),
    )


def _add_ticks() -> None:
    table = "roll_ticks"
    op.create_table(
        table,
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("event_id", EVENT, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        _refers(table, "session_id", "study_sessions"),
        _refers(table, "person_id", "people"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("session_id", "event_id", name=op.f(f"pk_{table}")),
    )
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
