"""The commands of a cold spare: a second machine that restores each night's archive by itself."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from learnapp.cli.backup import KEY_FILE, secret_of
from learnapp.cli.home import check_home
from learnapp.cli.speaking import BadSetting, Refusal
from learnapp.cli.verify import compared
from learnapp.clock import make_clock
from learnapp.config import Config, backup_target
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.files.store import FileStore
from learnapp.db.migrate import upgrade
from learnapp.domain.operations import backups as rules
from learnapp.services.operations.restoring import RestorePlace
from learnapp.services.operations.spare import Spare, SpareCopy, newest_archive


@click.group()
def spare() -> None:
    """A cold spare: a second machine, its service stopped, that is switched to within minutes.

    LEARNAPP_BACKUP_DIR is where the archives of the first machine arrive, LEARNAPP_HOME where the
    installation is to be. With PostgreSQL use a replica instead.
    """


@spare.command()
@KEY_FILE
def refresh(key_file: Path | None) -> None:
    """Restore the newest archive aside, bring it to this version, and compare all of it.

    For a timer each night. Does nothing when that archive is here already. When it is damaged or
    does not agree with itself, what was here before stays; exit code 1.
    """
    config, here = _spare()
    archive = newest_archive(backup_target(config.home).folder)
    before = here.copy()
    if before is not None and before.archive == archive.name:
        click.echo(f"current: {archive.name} was restored at {before.restored_at}")
        return
    begun = time.monotonic()
    instant = here.restore(archive, secret_of(config.home, key_file))
    _require_sound(here, config, archive.name)
    seconds = round(time.monotonic() - begun, 1)
    now = make_clock(config.clock_file).now().isoformat(timespec="seconds")
    here.adopt(SpareCopy(archive.name, instant, now, seconds))
    config.prepare()
    click.echo(f"restored: of {instant}, 0 differences, {seconds} s")


@spare.command()
def status() -> None:
    """Say what could be switched to; exit code 1 when it is older than last night's archive."""
    config, here = _spare()
    copy = here.copy()
    if copy is None:
        raise Refusal("nothing was restored here yet: run learnapp spare refresh")
    click.echo(f"of {copy.instant}, restored at {copy.restored_at} in {copy.seconds} s")
    if rules.is_spare_late(make_clock(config.clock_file).now(), copy.at):
        click.echo("that is older than last night's archive: does it arrive?")
        sys.exit(1)


@spare.command()
def switch() -> None:
    """Put what was restored in place. Afterwards start the service, and let the name lead here.

    First see to it that the other machine is off and stays off.
    """
    config, here = _spare()
    copy = here.switch()
    config.prepare()
    click.echo(f"in place: of {copy.instant}; what was acknowledged after that is not in it,")
    click.echo("but what phones still hold they send by themselves")
    click.echo("next: start the service")


def _spare() -> tuple[Config, Spare]:
    config = Config.from_env()
    check_home(config.home)
    if config.sqlite_path is None:
        raise BadSetting(
            "a cold spare is for SQLite: with PostgreSQL use a replica (docs/cluster.md)"
        )
    if config.shared is not None:
        raise BadSetting("a cold spare keeps its own files: unset LEARNAPP_SHARED")
    return config, Spare(config.home, config.sqlite_path)


def _require_sound(here: Spare, config: Config, archive: str) -> None:
    """Bring what was restored to this version and compare all of it; raise Refusal where it differs."""
    place = here.place_of(archive)
    try:
        found = _differences(place, config)
    except BaseException:
        here.give_up(archive)
        raise
    if found:
        here.give_up(archive)
        raise Refusal(f"{archive} does not agree with itself, {len(found)} times: {found[0]}")


def _differences(place: RestorePlace, config: Config) -> list[str]:
    database = Database(make_engine(place.database_url))
    try:
        upgrade(database.engine)
        found = compared(
            database, FileStore(place.home / "files"), make_clock(config.clock_file).now()
        )
        database.fold()
    finally:
        database.engine.dispose()
    return found.differences
