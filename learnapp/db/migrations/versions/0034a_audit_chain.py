"""Entries of the audit with address and result, and the chain of blocks that seals them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0034a"
down_revision = "0029b"


def upgrade() -> None:
    """Add the columns, the table and its guard."""
    op.add_column("audit_entries", sa.Column("address", sa.String(45)))
    op.add_column(
        "audit_entries", sa.Column("result", sa.String(10), nullable=False, server_default="done")
    )
    op.create_table(
        "audit_blocks",
        sa.Column("number", BIG, nullable=False),
        sa.Column("after_id", BIG, nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.Column("routine", BIG, nullable=False),
        sa.Column("lasting", BIG, nullable=False),
        sa.Column("routine_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("lasting_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_blocks")),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE TRIGGER audit_blocks_append_only BEFORE UPDATE OR DELETE ON audit_blocks "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_blocks_no_{verb.lower()} BEFORE {verb} ON audit_blocks "
            "BEGIN SELECT RAISE(ABORT, 'audit_blocks is append-only'); END"
        )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("audit_blocks")
    op.drop_column("audit_entries", "result")
    op.drop_column("audit_entries", "address")
