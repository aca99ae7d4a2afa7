"""Access: people who may not sign in, their last passwords, tries by slot, what a day holds."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _marking_ids() -> None:
    """Name each attempt anew for its markers; the name is random, so nothing can be read off it."""
    op.add_column("attempts", sa.Column("marking_id", sa.String(length=22), nullable=True))
    attempts = sa.table("attempts", sa.column("id", BIG), sa.column("marking_id", sa.String))
    connection = op.get_bind()
    for (attempt_id,) in connection.execute(sa.select(attempts.c.id)).all():
        connection.execute(
            sa.update(attempts)
            .where(attempts.c.id == attempt_id)
            .values(marking_id=secrets.token_urlsafe(16))
        )
    op.create_index("uq_attempts_marking_id", "attempts", ["marking_id"], unique=True)


def upgrade() -> None:
    """Add columns and tables; the password that somebody has now is the first of their last ones."""
    op.add_column("people", sa.Column("disabled_at", INSTANT, nullable=True))
    op.add_column("sign_ins", sa.Column("address_sha256", sa.LargeBinary(32), nullable=True))
    op.add_column("sign_ins", sa.Column("device_sha256", sa.LargeBinary(32), nullable=True))
    op.add_column("throttles", sa.Column("last_at", INSTANT, nullable=True))
    op.create_index(op.f("ix_throttles_began_at"), "throttles", ["began_at"])
    _marking_ids()
    op.create_table(
        "password_hashes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_password_hashes_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_hashes")),
    )
    op.create_index(op.f("ix_password_hashes_person_id"), "password_hashes", ["person_id"])
    op.execute(
        "INSERT INTO password_hashes (person_id, password_hash, set_at) "
        "SELECT person_id, password_hash, changed_at FROM credentials"
    )
    op.create_table(
        "day_uses",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_day_uses_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", "kind", name=op.f("pk_day_uses")),
    )
