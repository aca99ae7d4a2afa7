"""Second factors with their codes for loss, and which sign-ins have them proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0034c"
down_revision = "0034b"


def upgrade() -> None:
    """Add the tables and columns; nobody has one yet."""
    op.create_table(
        "second_factors",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", BIG, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"])
    op.add_column(
        "sign_ins", sa.Column("second", sa.String(10), nullable=False, server_default="none")
    )
    op.add_column("sign_ins", sa.Column("second_at", INSTANT))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("sign_ins", "second_at")
    op.drop_column("sign_ins", "second")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
