"""`python -m tests.scale.growth`: what a year of one officer adds to the database, by table and index.

Sizes are those of an installation before and after the year, divided by its officers; what an exam or a
day adds once for everybody is printed apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from learnapp.db.operations.models import AuditEntry
from learnapp.db.schema import metadata
from learnapp.domain.core.calendar import start_of
from learnapp.jobs.retention import Retention
from tests import postgres
from tests.scale import year

ASKED = 700_000
# Days after the year, when all has gone that goes, but for the long term of what staff did.
LONG_AFTER = 760
AUDIT, AUDIT_FOR_ALL = "audit_entries", "audit_entries of exams"
# What does not grow with the number of people: content, plans, scheduled work, sums of units.
SHARED = {
    *("alembic_version", "banks", "bank_categories", "questions", "question_versions"),
    *("key_revisions", "version_events", "passages", "item_figures", "question_search"),
    *("readings", "reading_versions", "reading_sections", "reading_media", "portions", "items"),
    *("programmes", "programme_revisions", "stages", "requirements", "calendar_overrides"),
    *("blueprints", "blueprint_cells", "blueprint_fixed", "exams", "exam_windows", "draw_pools"),
    *("unit_counts", "unit_due_counts", "unit_requirement_counts", "unit_days"),
    *("stage_countings", "settings", "units", "placements", "lines", "unit_names"),
    *("retention_passes", "retention_runs", AUDIT_FOR_ALL),
}

_SIZES_SQLITE = "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name"
_OWNERS_SQLITE = "SELECT name, tbl_name FROM sqlite_master WHERE type IN ('table', 'index')"
_SIZES_POSTGRESQL = """
SELECT c.relname, pg_table_size(c.oid), t.relname FROM pg_class c
LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace
"""
Part = tuple[str, str]  # table; the table itself or one of its indexes


def sizes(database: Database) -> dict[Part, int]:
    """Bytes of each table and each index, without free pages; on PostgreSQL compacted first, since its
    test server does not vacuum by itself."""
    sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.connect() as plain:
        connection = plain
        if not sqlite:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("VACUUM FULL"))
        if sqlite:
            owners = dict(connection.execute(text(_OWNERS_SQLITE)).all())
            rows = [(n, size, owners.get(n)) for n, size in connection.execute(text(_SIZES_SQLITE))]
        else:
            rows = [tuple(row) for row in connection.execute(text(_SIZES_POSTGRESQL))]
    found = {(owner or name, name): size for name, size, owner in rows}
    own = _own_share_of_audit(database)
    for table, name in [part for part in found if part[0] == AUDIT]:
        whole = found[table, name]
        found[table, name] = round(whole * own)
        found[AUDIT_FOR_ALL, name] = whole - found[table, name]
    return found


def _own_share_of_audit(database: Database) -> float:
    """The share of the audit's entries that is about people and their attempts; the others are about
    exams and the installation."""
    with database.reading() as session:
        whole = session.scalar(select(func.count()).select_from(AuditEntry)) or 1
        about = AuditEntry.subject_kind.in_(("person", "attempt"))
        mine = session.scalar(select(func.count()).select_from(AuditEntry).where(about)) or 0
    return mine / whole


@contextmanager
def _database(on_postgresql: bool, folder: Path) -> Iterator[str]:
    if not on_postgresql:
        yield f"sqlite:///{folder / 'growth.sqlite3'}"
        return
    cluster = postgres.Cluster()
    try:
        yield cluster.url(cluster.new_database())
    finally:
        cluster.stop()


def grown(url: str, officers: int, weeks: int) -> tuple[dict[Part, int], dict[Part, int]]:
    """Bytes that the year added to each table and index: at its end, and of these what is left when every
    shorter term is over."""
    database = Database(make_engine(url))
    upgrade(database.engine)
    begun = time.perf_counter()
    made = year.build(database, officers, weeks=weeks)
    made.at_night = _clean
    before = sizes(database)
    year.live(made)
    after = sizes(database)
    _clean(database, start_of(year.MONDAY) + timedelta(weeks=weeks, days=LONG_AFTER, hours=3))
    at_last = sizes(database)
    database.engine.dispose()
    print(f"{officers} officers, {weeks} weeks: {time.perf_counter() - begun:.0f} s", flush=True)
    return tuple(
        {part: found.get(part, 0) - before.get(part, 0) for part in after}
        for found in (after, at_last)
    )


def _clean(database: Database, now: datetime) -> None:
    """The scheduler's work of a night."""
    rounds = Retention(database, lambda: now)
    while rounds.round():
        pass


def report(found: dict[Part, int], officers: int) -> float:
    """Print bytes an officer by table and index, then what is shared; bytes an officer in all."""
    tables: dict[str, int] = defaultdict(int)
    for (table, _), size in found.items():
        tables[table] += size
    own = {table: size for table, size in tables.items() if table not in SHARED}
    total = sum(own.values()) / officers
    for table, size in sorted(own.items(), key=lambda each: -each[1]):
        if size < 100 * officers:
            continue
        print(f"  {table:34} {size / officers:10,.0f}")
        parts = sorted((s, name) for (owner, name), s in found.items() if owner == table)
        for part, name in reversed(parts):
            if name != table and part > 0:
                print(f"      {name:30} {part / officers:10,.0f}")
    print(f"  {'an officer and year':34} {total:10,.0f}   asked: {ASKED:,}")
    for table, size in sorted(tables.items(), key=lambda each: -each[1]):
        if table in SHARED and size > 20_000:
            print(f"  for all, {table:25} {size:10,}")
    return total


def main() -> None:
    """Print both databases, or the one that is asked for."""
    assert not SHARED - {*metadata.tables, "alembic_version", "question_search", AUDIT_FOR_ALL}
    asked = argparse.ArgumentParser(prog="growth")
    asked.add_argument("--officers", type=int, default=6)
    asked.add_argument("--weeks", type=int, default=52)
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    given = asked.parse_args()
    for name in ("sqlite", "postgresql"):
        if given.only not in (None, name):
            continue
        with (
            tempfile.TemporaryDirectory() as made,
            _database(name == "postgresql", Path(made)) as url,
        ):
            print(name)
            at_end, at_last = grown(url, given.officers, given.weeks)
            report(at_end, given.officers)
            print("and of that, for good:")
            report(at_last, given.officers)


if __name__ == "__main__":
    main()
