"""调阅台账: which records staff opened, once a day each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0038c"
down_revision = "0037d"


def upgrade() -> None:
    """Add the table and its guard."""
    op.create_table(
        "record_sights",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("reader_id", BIG, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("by_group", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["people.id"], name=op.f("fk_record_sights_reader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_sights")),
        sa.UniqueConstraint(
            "kind",
            "subject_id",
            "reader_id",
            "on_day",
            name=op.f("uq_record_sights_kind_subject_id_reader_id_on_day"),
        ),
    )
    op.create_index(op.f("ix_record_sights_reader_id"), "record_sights", ["reader_id"])
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE TRIGGER record_sights_append_only BEFORE UPDATE OR DELETE ON record_sights "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER record_sights_no_{verb.lower()} BEFORE {verb} ON record_sights "
            "BEGIN SELECT RAISE(ABORT, 'record_sights is append-only'); END"
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("record_sights")
