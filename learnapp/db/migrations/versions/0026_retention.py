"""Compact rows, and what carrying out the retention policy needs: guards that let what is due go, where it
stands, and indexes that find it.

Ids of events become 16 bytes, and on SQLite tables that are read by their key lie in its order. A text
that is no UUID (a page could send one as the id of what it noticed) becomes the UUID of its MD5.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# Table → its column of event ids.
_EVENT_IDS = {
    "answer_events": "event_id",
    "admissions": "event_id",
    "page_facts": "fact_id",
    "practice_answers": "event_id",
}
# Table → its instants that are stored compactly: on SQLite as microseconds since 1970.
_INSTANTS = {
    "answer_events": ("received_at",),
    "page_facts": ("recorded_at",),
    "marks": ("recorded_at",),
    "results": ("recorded_at",),
    "check_answers": ("recorded_at",),
    "practice_answers": ("recorded_at",),
    "reading_places": ("opened_at", "updated_at"),
    "notebook_cards": ("reviewed_at", "due_at"),
}
_MICROSECONDS = (
    "CAST(strftime('%s', {0}) AS INTEGER) * 1000000 + CAST(substr({0}, 21, 6) AS INTEGER)"
)
_AS_TEXT = (
    "strftime('%Y-%m-%d %H:%M:%S', {0} / 1000000, 'unixepoch')"
    " || '.' || substr('000000' || ({0} % 1000000), -6)"
)
# On SQLite these lie in the order of their key, which then needs no index of its own.
_BY_KEY = (
    "answer_events",
    "admissions",
    "page_facts",
    "paper_questions",
    "marks",
    "results",
    "reading_places",
    "notebook_cards",
    "day_uses",
)
_PAIR = "uq_paper_questions_attempt_id_version_id"
_BY_VERSION = "ix_paper_questions_version_id_paper_questions_attempt_id"
_VERSION_PAIR = "uq_paper_questions_version_id_attempt_id"


def upgrade() -> None:
    """Rewrite the rows, then add what retention needs."""
    # Marks are found by their attempt; nothing asks for those of a key.
    op.drop_index("ix_marks_key_revision_id", table_name="marks")
    if op.get_bind().dialect.name == "sqlite":
        _compact_sqlite()
    else:
        _compact_postgresql()
    _add_retention()
    _guard()


_REWRITTEN = tuple(dict.fromkeys((*_BY_KEY, *_EVENT_IDS, *_INSTANTS)))


def _compact_sqlite() -> None:
    _add_function("event_bytes", _event_bytes)
    op.drop_index(_BY_VERSION, table_name="paper_questions")
    for table in _REWRITTEN:
        changes, taken = [], {}
        if (column := _EVENT_IDS.get(table)) is not None:
            changes.append((rf"\b{column} VARCHAR\(36\)", f"{column} BLOB"))
            taken[column] = f"event_bytes({column})"
        for column in _INSTANTS.get(table, ()):
            changes.append((rf"\b{column} DATETIME", f"{column} INTEGER"))
            taken[column] = _MICROSECONDS.format(column)
        if table == "paper_questions":
            changes.append(
                (
                    rf"CONSTRAINT {_PAIR} UNIQUE \(attempt_id, version_id\)",
                    f"CONSTRAINT {_VERSION_PAIR} UNIQUE (version_id, attempt_id)",
                )
            )
        if table in _BY_KEY and table != "answer_events":
            changes.append((r"\)\s*$", ") WITHOUT ROWID"))
        _rebuild(table, changes, taken)


def _widen_sqlite() -> None:
    _add_function("event_text", lambda raw: str(uuid.UUID(bytes=raw)))
    for table in _REWRITTEN:
        changes, taken = [], {}
        if (column := _EVENT_IDS.get(table)) is not None:
            changes.append((rf"\b{column} BLOB", f"{column} VARCHAR(36)"))
            taken[column] = f"event_text({column})"
        for column in _INSTANTS.get(table, ()):
            changes.append((rf"\b{column} INTEGER", f"{column} DATETIME"))
            taken[column] = _AS_TEXT.format(column)
        if table == "paper_questions":
            changes.append(
                (
                    rf"CONSTRAINT {_VERSION_PAIR} UNIQUE \(version_id, attempt_id\)",
                    f"CONSTRAINT {_PAIR} UNIQUE (attempt_id, version_id)",
                )
            )
        if table in _BY_KEY and table != "answer_events":
            changes.append((r"\s*WITHOUT ROWID\s*$", ""))
        _rebuild(table, changes, taken)


def _add_function(name: str, function: Callable[[Any], Any]) -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.create_function(name, 1, function, deterministic=True)


def _event_bytes(text: str) -> bytes:
    if re.fullmatch(_UUID, text):
        return uuid.UUID(text).bytes
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def _rebuild(table: str, changes: Sequence[tuple[str, str]], taken: Mapping[str, str]) -> None:
    """Write a table again with a changed definition, with its indexes and guards as they were."""
    bind = op.get_bind()
    definition: str = bind.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"),
        {"name": table},
    )
    rest = bind.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type <> 'table'"
            " AND sql IS NOT NULL"
        ),
        {"name": table},
    ).all()
    for before, after in changes:
        definition, found = re.subn(before, after, definition)
        if found != 1:
            raise RuntimeError(f"{table}: {before} stands {found} times in {definition}")
    made = re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_compact", definition)
    columns = [row[1] for row in bind.execute(sa.text(f"PRAGMA table_info({table})"))]
    names = ", ".join(f'"{each}"' for each in columns)
    values = ", ".join(taken.get(each, f'"{each}"') for each in columns)
    op.execute(made)
    op.execute(f"INSERT INTO {table}_compact ({names}) SELECT {values} FROM {table}")
    op.drop_table(table)
    op.rename_table(f"{table}_compact", table)
    for each in rest:
        bind.exec_driver_sql(each)


def _compact_postgresql() -> None:
    for table, column in _EVENT_IDS.items():
        op.execute(
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE uuid USING CASE"
            f" WHEN {column} ~ '^{_UUID}$' THEN {column}::uuid ELSE md5({column})::uuid END"
        )
    op.drop_index(_BY_VERSION, table_name="paper_questions")
    op.drop_constraint(_PAIR, "paper_questions")
    op.create_unique_constraint(_VERSION_PAIR, "paper_questions", ["version_id", "attempt_id"])


def _add_retention() -> None:
    """Tables, the mark of windows that are done, and the indexes that find what is due."""
    op.create_table(
        "retention_passes",
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("due_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_retention_passes")),
    )
    op.create_table(
        "retention_runs",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("removed", BIG, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("rule", "day", name=op.f("pk_retention_runs")),
    )
    op.add_column(
        "exam_windows", sa.Column("condensed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_exam_windows_to_condense",
        "exam_windows",
        ["keys_shown_at"],
        sqlite_where=sa.text("condensed_at IS NULL"),
        postgresql_where=sa.text("condensed_at IS NULL"),
    )
    op.drop_index("ix_audit_entries_action", table_name="audit_entries")
    op.create_index("ix_audit_entries_action_audit_entries_id", "audit_entries", ["action", "id"])
    op.create_index("ix_job_runs_done_at", "job_runs", ["done_at"])
    op.create_index("ix_import_jobs_ended_at", "import_jobs", ["ended_at"])
    op.create_index("ix_day_uses_day", "day_uses", ["day"])


# What may be removed besides being old: of answers, what a later answer to the same place replaced.
_OLD = (
    "EXISTS (SELECT 1 FROM retention_passes p WHERE p.table_name = '{table}' AND OLD.{at} < {due})"
)
_SECONDS = "CAST(strftime('%s', p.due_before) AS INTEGER) * 1000000"
_REPLACED = (
    "OLD.state = 'held' AND EXISTS (SELECT 1 FROM answer_events later"
    " WHERE later.attempt_id = OLD.attempt_id AND later.question = OLD.question"
    " AND later.state = 'held' AND (later.seq > OLD.seq"
    " OR (later.seq = OLD.seq AND later.event_id > OLD.event_id)))"
)
_GUARDED = {
    "answer_events": "received_at",
    "audit_entries": "recorded_at",
    "page_facts": "recorded_at",
}


def _may_go(table: str) -> str:
    at = _GUARDED[table]
    compact = op.get_bind().dialect.name == "sqlite" and at in _INSTANTS.get(table, ())
    old = _OLD.format(table=table, at=at, due=_SECONDS if compact else "p.due_before")
    return f"{old} AND {_REPLACED}" if table == "answer_events" else old


def _guard() -> None:
    """Let retention remove what is due, in a transaction that says so; all else stays append-only."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _GUARDED:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT ({_may_go(table)})"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for table in _GUARDED:
        op.execute(
            f"CREATE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF TG_OP = 'DELETE' AND {_may_go(table)} THEN RETURN OLD; END IF;"
            f" RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()"
        )


def downgrade() -> None:
    """Widen the rows again and drop the rest; what has gone does not come back."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _GUARDED:
        _guard_all(table)
    op.drop_index("ix_day_uses_day", table_name="day_uses")
    op.drop_index("ix_import_jobs_ended_at", table_name="import_jobs")
    op.drop_index("ix_job_runs_done_at", table_name="job_runs")
    op.drop_index("ix_audit_entries_action_audit_entries_id", table_name="audit_entries")
    op.create_index("ix_audit_entries_action", "audit_entries", ["action"])
    op.drop_index("ix_exam_windows_to_condense", table_name="exam_windows")
    op.drop_column("exam_windows", "condensed_at")
    op.drop_table("retention_runs")
    op.drop_table("retention_passes")
    if sqlite:
        _widen_sqlite()
    else:
        for table, column in _EVENT_IDS.items():
            op.execute(
                f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(36) USING {column}::text"
            )
        op.drop_constraint(_VERSION_PAIR, "paper_questions")
        op.create_unique_constraint(_PAIR, "paper_questions", ["attempt_id", "version_id"])
    op.create_index(_BY_VERSION, "paper_questions", ["version_id", "attempt_id"])
    op.create_index("ix_marks_key_revision_id", "marks", ["key_revision_id"])


def _guard_all(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(f"DROP FUNCTION refuse_change_of_{table}()")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
