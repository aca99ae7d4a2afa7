"""The command that proves that figures, results and files agree with the facts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock
from learnapp.db.core.engine import Database
from learnapp.db.files.database_store import files_of
from learnapp.db.files.store import FileStore
from learnapp.db.operations.file_references import referenced_files
from learnapp.db.progress import counters
from learnapp.services.operations import verify as verifying
from learnapp.services.operations import verify_files


@click.command()
def verify() -> None:
    """Prove that counters, results and files agree with the facts.

    Exit 1 and say where if not; exit 2 when there is no installation. Files that no row names are
    reported and are no difference: an import that was broken off leaves some.
    """
    config, database = open_existing()
    files = files_of(config.store / "files", database, config.files_in_database)
    found = compared(database, files, make_clock(config.clock_file).now())
    for line in (*found.differences, *found.notes):
        click.echo(line)
    click.echo(f"{len(found.differences)} differences")
    sys.exit(1 if found.differences else 0)


@dataclass(frozen=True)
class Agreement:
    """What an installation's facts do not agree with, a line each, and what is no difference."""

    differences: list[str]
    notes: list[str]


def compared(database: Database, store: FileStore, now: datetime) -> Agreement:
    """Compare figures, results and files with the facts; who waits to be counted is counted first."""
    waiting: int | None = 0
    while waiting is not None:
        with database.writing() as session:
            waiting = counters.catch_up(session, now)
    with database.reading() as session:
        found = verifying.differences(session, now)
        wanted = referenced_files(session)
    files = verify_files.compare(wanted, store)
    notes = [f"note: file {name}: no row names it" for name in files.unreferenced]
    return Agreement([*found, *files.faults], notes)
