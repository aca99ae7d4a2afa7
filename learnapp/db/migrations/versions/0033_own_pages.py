"""A person's own pages: how they look, whether practice goes on by itself, bookmarks and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0033"
down_revision = "0030"


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column(
        "people", sa.Column("theme", sa.String(length=5), nullable=False, server_default="auto")
    )
    op.add_column(
        "people",
        sa.Column("auto_next", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _own_notes()


def _compact_instant() -> sa.DateTime:
    """Microseconds on SQLite, an instant on PostgreSQL."""
    return sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def _to_person(table: str, column: str = "person_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))


def _own_notes() -> None:
    op.create_table(
        "own_notes",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("portion_id", BIG, nullable=False),
        sa.Column("section", BIG, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("updated_at", _compact_instant(), nullable=False),
        _to_person("own_notes"),
        sa.ForeignKeyConstraint(
            ["portion_id"], ["portions.id"], name=op.f("fk_own_notes_portion_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "portion_id", "section", name=op.f("pk_own_notes")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("own_notes")
    op.drop_column("people", "auto_next")
    op.drop_column("people", "theme")
