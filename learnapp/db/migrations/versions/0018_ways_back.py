"""Windows corrected and cancelled, further time taken back, attempts that are open again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

revision = "0018"
down_revision = "0017"

_ALLOWANCES = """
CREATE TABLE allowances (
    id INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    cause VARCHAR(40) DEFAULT 'given' NOT NULL,
    reason VARCHAR(400) NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by INTEGER,
    CONSTRAINT pk_allowances PRIMARY KEY (id),
    CONSTRAINT ck_allowances_not_nothing CHECK (seconds <> 0),
    CONSTRAINT fk_allowances_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts (id),
    CONSTRAINT fk_allowances_recorded_by FOREIGN KEY(recorded_by) REFERENCES people (id)
)
"""
_EXTRA_TIMES = """
CREATE TABLE extra_times (
    id INTEGER NOT NULL,
    exam_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    reason VARCHAR(400) NOT NULL,
    recorded_at DATETIME NOT NULL,
    recorded_by INTEGER,
    CONSTRAINT pk_extra_times PRIMARY KEY (id),
    CONSTRAINT ck_extra_times_not_nothing CHECK (seconds <> 0),
    CONSTRAINT fk_extra_times_exam_id FOREIGN KEY(exam_id) REFERENCES exams (id),
    CONSTRAINT fk_extra_times_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_extra_times_recorded_by FOREIGN KEY(recorded_by) REFERENCES people (id)
)
"""
_OLD = {
    "allowances": (
        "id, attempt_id, seconds, reason, recorded_at, recorded_by", ["attempt_id"], _ALLOWANCES,
    ),
    "extra_times": (
        "id, exam_id, person_id, seconds, reason, recorded_at, recorded_by",
        ["exam_id", "person_id"],
        _EXTRA_TIMES,
    ),
}  # fmt: skip


def upgrade() -> None:
    """Add what is new. Time that was given from the start is known by its reason."""
    op.add_column("attempts", sa.Column("marks_from", BIG, nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("results_from", BIG, nullable=False, server_default="0"))
    _corrections()
    _reopenings()
    for table in ("window_corrections", "attempt_reopenings"):
        _hold_append_only(table)
    if op.get_bind().dialect.name == "sqlite":
        for table in _OLD:
            _make_anew(table)
        return
    op.add_column(
        "allowances", sa.Column("cause", sa.String(40), nullable=False, server_default="given")
    )
    op.execute("ALTER TABLE allowances DISABLE TRIGGER allowances_append_only")
    _name_causes()
    op.execute("ALTER TABLE allowances ENABLE TRIGGER allowances_append_only")
    for table in _OLD:
        op.drop_constraint(op.f(f"ck_{table}_positive"), table)
        op.create_check_constraint(op.f(f"ck_{table}_not_nothing"), table, "seconds <> 0")


def _name_causes() -> None:
    op.execute(
        "UPDATE allowances SET cause = 'extra_time' "
        "WHERE reason = 'extra_time' AND recorded_by IS NULL"
    )


def _make_anew(table: str) -> None:
    """SQLite changes no check of a table; nothing refers to these two."""
    columns, indexed, create = _OLD[table]
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    index = "_".join(f"{table}_{each}" for each in indexed)
    index = op.f(f"ix_{table}_{indexed[0]}" if len(indexed) == 1 else f"ix_{index}")
    op.execute(f"DROP INDEX {index}")
    op.execute(create)
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608
    op.execute(f"DROP TABLE {table}_before")
    op.create_index(index, table, indexed)
    if table == "allowances":
        _name_causes()
    _hold_append_only(table)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _corrections() -> None:
    table = "window_corrections"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("window_id", BIG, nullable=False),
        sa.Column("exam_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opens_before", INSTANT, nullable=False),
        sa.Column("closes_before", INSTANT, nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("due_from", INSTANT, nullable=True),
        sa.Column("due_to", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f(f"ck_{table}_times")),
        _refers(table, "window_id", "exam_windows"),
        _refers(table, "exam_id", "exams"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("window_id", "exam_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _reopenings() -> None:
    table = "attempt_reopenings"
    op.create_table(
        table,
        sa.Column("id", BIG, nullable=False),
        sa.Column("attempt_id", BIG, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.Column("submitted_by", sa.String(length=10), nullable=True),
        sa.Column("seconds_left", BIG, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", BIG, nullable=True),
        _refers(table, "attempt_id", "attempts"),
        _refers(table, "recorded_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_attempt_id"), table, ["attempt_id"])


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
