"""Where passwords of ours are closed, and the accounts for an emergency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0038"
down_revision = "0035b"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "closed_passwords",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", BIG),
        sa.Column("opened_at", INSTANT),
        sa.Column("opened_by", BIG),
        *_people("closed_passwords", "closed_by", "opened_by"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_closed_passwords_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_passwords")),
    )
    _one_alive("closed_passwords", "unit_id", "opened_at")
    op.create_table(
        "emergency_accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("named_at", INSTANT, nullable=False),
        sa.Column("named_by", BIG),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", BIG),
        *_people("emergency_accounts", "person_id", "named_by", "ended_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_accounts")),
    )
    _one_alive("emergency_accounts", "person_id", "ended_at")


def _people(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([each], ["people.id"], name=op.f(f"fk_{table}_{each}"))
        for each in columns
    ]


def _one_alive(table: str, column: str, over: str) -> None:
    alive = sa.text(f"{over} IS NULL")
    op.create_index(
        f"uq_{table}_alive",
        table,
        [column],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("emergency_accounts")
    op.drop_table("closed_passwords")
