"""缓考 and 免考 by approval: who asked, who decided, and what it does to what falls due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0030"
down_revision = "0034"


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Add the column and the table."""
    if op.get_bind().dialect.name == "sqlite":  # a reference comes with its column alone
        if "item_id" not in {
            each["name"] for each in sa.inspect(op.get_bind()).get_columns("absences")
        }:
            op.execute(
                "ALTER TABLE absences ADD COLUMN item_id INTEGER "
                "CONSTRAINT fk_absences_item_id REFERENCES items (id)"
            )
    else:
        op.add_column("absences", sa.Column("item_id", BIG, nullable=True))
        op.create_foreign_key(op.f("fk_absences_item_id"), "absences", "items", ["item_id"], ["id"])
    op.create_index(op.f("ix_absences_item_id"), "absences", ["item_id"])
    table = "dispensations"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("window_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("remark", sa.String(400), nullable=False, server_default=""),
        sa.Column("decided_at", INSTANT),
        sa.Column("decided_by", BIG),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("withdrawn_by", BIG),
        sa.Column("withdrawn_because", sa.String(400), nullable=False, server_default=""),
        sa.Column("absence_id", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> recorded_by", name=op.f(f"ck_{table}_two_people")
        ),
        _refers(table, "exam_id", "exams"),
        _refers(table, "window_id", "exam_windows"),
        _refers(table, "person_id", "people"),
        _refers(table, "recorded_by", "people"),
        _refers(table, "decided_by", "people"),
        _refers(table, "withdrawn_by", "people"),
        _refers(table, "absence_id", "absences"),
    )
    in_force = sa.text("state IN ('asked', 'approved')")
    op.create_index(
        "uq_dispensations_in_force",
        table,
        ["exam_id", "person_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_index(op.f("ix_dispensations_state_dispensations_id"), table, ["state", "id"])
    op.create_index(op.f("ix_dispensations_window_id"), table, ["window_id"])
    op.create_index(op.f("ix_dispensations_person_id"), table, ["person_id"])


def downgrade() -> None:
    """Drop them. SQLite drops no column with a reference: there it stays, empty."""
    op.drop_table("dispensations")
    op.drop_index(op.f("ix_absences_item_id"), "absences")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_column("absences", "item_id")
