"""学时: what a reading or an exam is worth, and what was recognised of whom by which document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("credit_hours", "hours_recognitions")

revision = "0029c"
down_revision = "0034d"


def _common(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, to in (
                ("reading_id", "readings"),
                ("exam_id", "exams"),
                ("recorded_by", "people"),
            )
        ),
    ]


def upgrade() -> None:
    """Add the tables with their guards."""
    op.create_table(
        "credit_hours",
        sa.Column("id", BIG, nullable=False),
        sa.Column("reading_id", BIG),
        sa.Column("exam_id", BIG),
        sa.Column("tenths", BIG, nullable=False),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        *_common("credit_hours"),
        sa.CheckConstraint(
            "(CASE WHEN reading_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN exam_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_credit_hours_one_thing"),
        ),
        sa.CheckConstraint("tenths >= 0", name=op.f("ck_credit_hours_not_negative")),
    )
    op.create_index("ix_credit_hours_reading_id", "credit_hours", ["reading_id"])
    op.create_index("ix_credit_hours_exam_id", "credit_hours", ["exam_id"])
    op.create_table(
        "hours_recognitions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("reading_id", BIG),
        sa.Column("exam_id", BIG),
        sa.Column("tenths", BIG, nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        *_common("hours_recognitions"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hours_recognitions_person_id")
        ),
        sa.UniqueConstraint(
            "person_id", "reading_id", name=op.f("uq_hours_recognitions_person_id_reading_id")
        ),
        sa.UniqueConstraint(
            "person_id", "exam_id", name=op.f("uq_hours_recognitions_person_id_exam_id")
        ),
    )
    for table in TABLES:
        _hold_append_only(table)


def _hold_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)
