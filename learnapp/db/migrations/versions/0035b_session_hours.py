"""学时 of study sessions, and their recognition: hours that there are stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = "id, reading_id, exam_id, tenths, for_everybody, recorded_at, recorded_by"
TABLES = ("credit_hours", "hours_recognitions")
OF_BEFORE = "reading_id", "exam_id"

revision = "0035b"
down_revision = "0037"


def upgrade() -> None:
    """Add the column to both tables; SQLite takes a changed condition only with a new table."""
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgresql()
    op.create_index("ix_credit_hours_session_id", "credit_hours", ["session_id"])
    op.create_index(
        "uq_hours_recognitions_person_id_session_id",
        "hours_recognitions",
        ["person_id", "session_id"],
        unique=True,
    )


def _one_of(columns: tuple[str, ...]) -> str:
    each = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in columns)
    return f"({each}) = 1"


def _upgrade_postgresql() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("session_id", BIG))
        op.create_foreign_key(
            op.f(f"fk_{table}_session_id"), table, "study_sessions", ["session_id"], ["id"]
        )
    name = op.f("ck_credit_hours_one_thing")
    op.drop_constraint(name, "credit_hours", type_="check")
    op.create_check_constraint(name, "credit_hours", _one_of((*OF_BEFORE, "session_id")))


def _upgrade_sqlite() -> None:
    op.execute(
        "ALTER TABLE hours_recognitions ADD COLUMN session_id INTEGER"
        " CONSTRAINT fk_hours_recognitions_session_id REFERENCES study_sessions (id)"
    )
    _rebuilt((*OF_BEFORE, "session_id"))


def _rebuilt(things: tuple[str, ...]) -> None:
    """Make the table of hours anew for these things, with the rows and guards that it has."""
    table = "credit_hours"
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")
    for name in OF_BEFORE:
        op.drop_index(f"ix_{table}_{name}", table)
    op.rename_table(table, f"{table}_before")
    refers = dict(
        zip((*OF_BEFORE, "session_id"), ("readings", "exams", "study_sessions"), strict=True)
    )
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        *(sa.Column(name, BIG) for name in things),
        sa.Column("tenths", BIG, nullable=False),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", BIG),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, to in [*((name, refers[name]) for name in things), ("recorded_by", "people")]
        ),
        sa.CheckConstraint(_one_of(things), name=op.f(f"ck_{table}_one_thing")),
        sa.CheckConstraint("tenths >= 0", name=op.f(f"ck_{table}_not_negative")),
    )
    op.execute(f"INSERT INTO {table} ({COLUMNS}) SELECT {COLUMNS} FROM {table}_before")
    op.drop_table(f"{table}_before")
    for name in OF_BEFORE:
        op.create_index(f"ix_{table}_{name}", table, [name])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    """Drop the column again: an older release cannot hold hours of sessions."""
    op.drop_index("uq_hours_recognitions_person_id_session_id", "hours_recognitions")
    op.drop_index("ix_credit_hours_session_id", "credit_hours")
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt(OF_BEFORE)
        return
    for table in TABLES:
        op.drop_column(table, "session_id")
    op.create_check_constraint(
        op.f("ck_credit_hours_one_thing"), "credit_hours", _one_of(OF_BEFORE)
    )
