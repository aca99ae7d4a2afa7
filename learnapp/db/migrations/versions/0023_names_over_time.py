"""Names of people and units over time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0023"
down_revision = "0020"

_TABLES = (("person_names", "person_id", "people"), ("unit_names", "unit_id", "units"))


def upgrade() -> None:
    """Add the tables: append-only, as facts are."""
    for table, owner, owners in _TABLES:
        op.create_table(
            table,
            sa.Column("id", BIG, nullable=False),
            sa.Column(owner, BIG, nullable=False),
            sa.Column("name", sa.String(length=200), nullable=False),
            sa.Column("kind", sa.String(length=40), nullable=False),
            sa.Column("valid_from", sa.Date(), nullable=False),
            sa.Column("recorded_at", INSTANT, nullable=False),
            sa.Column("recorded_by", BIG, nullable=True),
            sa.ForeignKeyConstraint([owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}")),
            sa.ForeignKeyConstraint(
                ["recorded_by"], ["people.id"], name=op.f(f"fk_{table}_recorded_by")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{owner}"), table, [owner])
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


def downgrade() -> None:
    """Drop them."""
    for table, _owner, _owners in _TABLES:
        op.drop_table(table)
