"""Identities of outside that a person has linked: certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0034d"
down_revision = "0030d"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "outside_identities",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_outside_identities_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_identities")),
    )
    op.create_index(op.f("ix_outside_identities_person_id"), "outside_identities", ["person_id"])
    alive = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_outside_identities_alive",
        "outside_identities",
        ["kind", "subject_sha256"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("outside_identities")
