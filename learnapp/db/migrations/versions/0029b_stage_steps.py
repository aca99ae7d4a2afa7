"""评估验收 and 转段 are recorded per stage and unit; a record is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "stage_steps"

revision = "0029b"
down_revision = "0033b"


def upgrade() -> None:
    """Add the table with its guard."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_steps")),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_stage_steps_stage_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_stage_steps_unit_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.id"], name=op.f("fk_stage_steps_recorded_by")
        ),
    )
    op.create_index("ix_stage_steps_stage_id_stage_steps_unit_id", TABLE, ["stage_id", "unit_id"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
