"""The command that proves that figures, results and files agree with the facts."""

from __future__ import annotations

import sys

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock
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
    now = make_clock(config.clock_file).now()
    waiting: int | None = 0
    while waiting is not None:
        with database.writing() as session:
            waiting = counters.catch_up(session, now)
    with database.reading() as session:
        found = verifying.differences(session, now)
        wanted = referenced_files(session)
    files = verify_files.compare(wanted, FileStore(config.store / "files"))
    for line in (*found, *files.faults):
        click.echo(line)
    for name in files.unreferenced:
        click.echo(f"note: file {name}: no row names it")
    differences = len(found) + len(files.faults)
    click.echo(f"{differences} differences")
    sys.exit(1 if differences else 0)
