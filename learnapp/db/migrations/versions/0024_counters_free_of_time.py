"""Counters that time does not change, kept per person, per unit and per unit and day.

They are derived: the new tables begin empty and the scheduler counts every stage from the facts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_COUNTERS = ("people", "owed", "done", "excused")


def _key(name: str, target: str | None, table: str) -> list[sa.schema.SchemaItem]:
    column = sa.Column(name, BIG, nullable=False)
    if target is None:
        return [column]
    known = op.f(f"fk_{table}_{name}")
    return [column, sa.ForeignKeyConstraint([name], [f"{target}.id"], name=known)]


def _number(*names: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column(name, BIG, nullable=False) for name in names]


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=False)


def _primary(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Replace the old counters, and index what changes by the day."""
    op.drop_table("standings")
    _standings()
    _units()
    table = "unit_days"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        _day("day"),
        *_key("unit_id", "units", table),
        *_number(*_COUNTERS, "due", "due_done", "under_half", "behind"),
        _primary(table, "stage_id", "day", "unit_id"),
    )
    table = "stage_countings"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        sa.Column("counted_to", BIG, nullable=True),
        _day("kept_from"),
        _day("day"),
        *_number("day_cursor"),
        sa.Column("checkpoint", sa.Date(), nullable=True),
        *_number("checkpoint_cursor"),
        _primary(table, "stage_id"),
    )
    op.create_index(op.f("ix_memberships_valid_from"), "memberships", ["valid_from"])
    ended = sa.text("valid_to IS NOT NULL")
    op.create_index(
        op.f("ix_memberships_valid_to"),
        "memberships",
        ["valid_to"],
        sqlite_where=ended,
        postgresql_where=ended,
    )
    op.create_index(op.f("ix_people_sort_key"), "people", ["sort_key"])


def _standings() -> None:
    table = "standings"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        *_key("person_id", "people", table),
        *_key("unit_id", "units", table),
        *_number("owed", "done", "excused"),
        _instant("behind_from", nullable=True),
        sa.Column("signs", sa.String(), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        _primary(table, "stage_id", "person_id"),
    )
    name = op.f("ix_standings_stage_id_standings_unit_id")
    op.create_index(name, table, ["stage_id", "unit_id"])


def _units() -> None:
    table = "unit_counts"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        *_key("unit_id", "units", table),
        *_number(*_COUNTERS, "under_half"),
        _day("closed_through"),
        _primary(table, "stage_id", "unit_id"),
    )
    table = "unit_due_counts"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        *_key("unit_id", "units", table),
        _instant("due_at"),
        *_number("due", "due_done", "behind"),
        _primary(table, "stage_id", "unit_id", "due_at"),
    )
    table = "unit_requirement_counts"
    op.create_table(
        table,
        *_key("requirement_id", "requirements", table),
        *_key("unit_id", "units", table),
        *_number("owed", "done"),
        _primary(table, "requirement_id", "unit_id"),
    )


def downgrade() -> None:
    """The counters as they were, empty; the scheduler of that version fills them."""
    for column in ("valid_from", "valid_to"):
        op.drop_index(op.f(f"ix_memberships_{column}"), table_name="memberships")
    op.drop_index(op.f("ix_people_sort_key"), table_name="people")
    for table in (
        "stage_countings",
        "unit_days",
        "unit_requirement_counts",
        "unit_due_counts",
        "unit_counts",
        "standings",
    ):
        op.drop_table(table)
    table = "standings"
    op.create_table(
        table,
        *_key("stage_id", "stages", table),
        *_key("person_id", "people", table),
        *_key("unit_id", "units", table),
        *_number("owed", "done", "excused", "due", "due_done"),
        _instant("as_of"),
        _instant("next_change_at"),
        _primary(table, "stage_id", "person_id"),
    )
    op.create_index(op.f("ix_standings_next_change_at"), table, ["next_change_at"])
    name = op.f("ix_standings_stage_id_standings_unit_id")
    op.create_index(name, table, ["stage_id", "unit_id"])
