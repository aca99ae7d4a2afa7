"""Rework of a stage by a unit: what is done again, of whom it was asked, who did it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0037b"
down_revision = "0041"


def upgrade() -> None:
    """Add the three tables; what was asked and done is append-only."""
    _add_reworks()
    _add_duties()
    _add_done()
    for table in ("rework_duties", "rework_done"):
        _only_added(table)


def downgrade() -> None:
    """Drop them."""
    for table in ("rework_done", "rework_duties", "reworks"):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_reworks() -> None:
    table = "reworks"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_by", BIG),
        sa.Column("withdrawn_at", INSTANT),
        _refers(table, "stage_id", "stages"),
        _refers(table, "unit_id", "units"),
        _refers(table, "recorded_by", "people"),
        _refers(table, "withdrawn_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_unit_id_{table}_due_on"), table, ["unit_id", "due_on"])
    op.create_index(op.f(f"ix_{table}_stage_id"), table, ["stage_id"])


def _add_duties() -> None:
    table = "rework_duties"
    op.create_table(table, *_pair(table), sqlite_with_rowid=False)
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def _add_done() -> None:
    table = "rework_done"
    more = (
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
    op.create_table(table, *_pair(table), *more, sqlite_with_rowid=False)


def _pair(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("rework_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        _refers(table, "rework_id", "reworks"),
        _refers(table, "person_id", "people"),
        _refers(table, "item_id", "items"),
        sa.PrimaryKeyConstraint("rework_id", "person_id", "item_id", name=op.f(f"pk_{table}")),
    ]


def _only_added(table: str) -> None:
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
