"""Files that go along with readings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TABLE = "reading_attachments"

revision = "0039b"
down_revision = "0038b"


def _refers(column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}"))


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("reading_id", BIG, nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=False),
        sa.Column("removed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        _refers("reading_id", "readings"),
        _refers("file_id", "files"),
        _refers("recorded_by", "people"),
    )
    op.create_index(op.f(f"ix_{TABLE}_reading_id"), TABLE, ["reading_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
