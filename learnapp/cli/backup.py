"""The commands that make a backup, check an archive, and bring one back."""

from __future__ import annotations

from pathlib import Path

import click

from learnapp.cli.home import check_home
from learnapp.cli.opening import open_existing
from learnapp.cli.speaking import BadSetting
from learnapp.clock import make_clock
from learnapp.config import Config, backup_secret, backup_target
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import state
from learnapp.domain.core.errors import Conflict
from learnapp.domain.operations.backups import BackupFault, BackupTarget
from learnapp.services.operations import backups, restoring
from learnapp.services.operations.backups import Taken
from learnapp.services.operations.restoring import RestorePlace

ARCHIVE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEY_FILE = click.option(
    "--key-file",
    type=ARCHIVE,
    help="A file with the secret that encrypts (default: LEARNAPP_BACKUP_KEY_FILE).",
)


@click.command()
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@KEY_FILE
@click.option("--check", type=ARCHIVE, help="Read this archive to its end, and make none.")
def backup(to: Path | None, key_file: Path | None, check: Path | None) -> None:
    """Make a backup of all that the installation keeps, while it is used.

    One archive with database, key and uploaded files, and its SHA-256 in a file beside it. The
    scheduler makes one each night into LEARNAPP_BACKUP_DIR (default: backups in the home folder).
    """
    if check is not None:
        secret = secret_of(Config.from_env().home, key_file)
        contents = restoring.check(check, secret)
        click.echo(f"whole: of {contents.instant}, {contents.files} uploaded files")
        return
    config, database = open_existing()
    config.secret_key()  # an installation that was never served has none yet
    target = backup_target(config.home, to)
    if key_file is not None:
        target = BackupTarget(target.folder, backup_secret(key_file), target.rotation)
    taken = _taken(config, database, target)
    click.echo(taken.path)
    click.echo(f"of {taken.instant.isoformat(timespec='seconds')}, {taken.size} bytes")
    if taken.rotation:
        click.echo(f"old backups could not be removed: {taken.rotation}", err=True)
    click.echo(f"sha256 {taken.sha256}, {'encrypted' if taken.sealed else 'not encrypted'}")


def _taken(config: Config, database: Database, target: BackupTarget) -> Taken:
    """Make a backup and record it, good or failed for whatever reason. Raises what it failed by."""
    clock = make_clock(config.clock_file)
    begun = clock.now()
    try:
        taken = backups.take(database, config.store, target, begun)
    except Exception as error:
        words = type(error).__name__
        why = error if isinstance(error, Conflict) else Conflict(BackupFault.FAILED, words=words)
        with database.writing("backup recorded") as session:
            backups.note_failed(session, begun, clock.now(), why)
        raise
    with database.writing("backup recorded") as session:
        backups.note_good(session, taken, clock.now())
    return taken


@click.command()
@click.argument("archive", type=ARCHIVE)
@KEY_FILE
def restore(archive: Path, key_file: Path | None) -> None:
    """Bring a backup back into an empty LEARNAPP_HOME (and an empty PostgreSQL database).

    Every part is compared with the archive's own list before anything is in place.
    """
    config = Config.from_env()
    check_home(config.home)
    engine = None if config.sqlite_path else make_engine(config.database_url)
    if engine is not None and state(engine) != "empty":
        raise BadSetting("the PostgreSQL database is not empty: restore into a new one")
    place = RestorePlace(config.store, config.database_url, config.sqlite_path)
    contents = restoring.restore(archive, secret_of(config.home, key_file), place)
    config.prepare()
    click.echo(f"restored: of {contents.instant}, {contents.files} uploaded files")
    click.echo("next: learnapp verify, then learnapp serve")


def secret_of(home: Path, key_file: Path | None) -> bytes | None:
    """The secret that opens archives: of a file that was named, or of LEARNAPP_BACKUP_KEY_FILE."""
    return backup_secret(key_file) if key_file else backup_target(home).secret
