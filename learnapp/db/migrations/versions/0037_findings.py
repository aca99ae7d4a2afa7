"""Guidance groups: findings, their entries, pages opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0037"
down_revision = "0035"


def upgrade() -> None:
    """Add the three tables, two of them append-only."""
    _add_findings()
    _add_entries()
    _add_visits()
    for table in ("finding_entries", "visits"):
        _only_added(table)


def downgrade() -> None:
    """Drop them."""
    for table in ("visits", "finding_entries", "findings"):
        op.drop_table(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _add_findings() -> None:
    table = "findings"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("found", sa.String(1000), nullable=False),
        sa.Column("asked", sa.String(1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers(table, "unit_id", "units"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    columns = ["unit_id", "state", "due_on"]
    op.create_index(op.f(f"ix_{table}_unit_id_{table}_state_{table}_due_on"), table, columns)
    op.create_index(op.f(f"ix_{table}_recorded_by"), table, ["recorded_by"])


def _add_entries() -> None:
    table = "finding_entries"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("finding_id", BIG, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers(table, "finding_id", "findings"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_finding_id"), table, ["finding_id"])


def _add_visits() -> None:
    table = "visits"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        _refers(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


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
