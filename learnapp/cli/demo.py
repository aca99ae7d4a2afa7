"""Commands for the demonstration; its loader comes by click's context, handed in by learnapp.app."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import click

from learnapp.cli.backup import backup
from learnapp.cli.opening import open_existing, open_or_make
from learnapp.cli.retention import retention
from learnapp.cli.showing import Showing
from learnapp.clock import make_clock
from learnapp.config import Config
from learnapp.db.core.engine import Database
from learnapp.db.operations.demo_folder import DemoFolder
from learnapp.db.operations.installation import is_empty
from learnapp.services.accounts.passwords import hash_password

_HOME = "var/demo"
_TAKEN = "somebody is in this database already: nothing was loaded"


@click.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; default LEARNAPP_PORT or 8000.")
@click.pass_context
def demo(context: click.Context, host: str, port: int | None) -> None:
    """Show the demonstration: a small town at once, a large one loaded behind it.

    It lives in a folder of its own (LEARNAPP_HOME, default var/demo), with a clock that its pages
    move; `learnapp demo remove` removes all of it.
    """
    if context.invoked_subcommand is not None:
        return
    folder = _folder()
    try:
        folder.prepare()
    except FileExistsError as taken:
        raise click.ClickException(f"{taken} holds something else; name another folder") from taken
    wanted = port or int(os.environ.get("LEARNAPP_PORT") or 8000)
    context.exit(Showing(folder, host, wanted).run())


def _folder() -> DemoFolder:
    return DemoFolder(Path(os.environ.get("LEARNAPP_HOME") or _HOME).resolve())


@demo.command("remove")
def remove() -> None:
    """Remove the demonstration's folder with all that is in it; nothing else is touched."""
    folder = _folder()
    if not folder.is_one:
        raise click.ClickException(f"there is no demonstration in {folder.path}")
    folder.remove()
    click.echo(f"removed {folder.path}")


@demo.command("load")
@click.option("--small", is_flag=True, help="With 80 questions and 6 readings, not the library.")
def load(small: bool) -> None:
    """Load the small town into an empty database; does nothing in any other, and says so."""
    config, database = open_or_make()
    began = time.monotonic()
    if not load_if_empty(config, database, whole=not small):
        click.echo(_TAKEN)
        return
    click.echo(f"loaded in {time.monotonic() - began:.1f} s")


@demo.command("town")
@click.option("--machine", is_flag=True, help="Say how far it is for a program: a number a line.")
def town(machine: bool) -> None:
    """Load the large town (8 counties, some 500 people, two years) into an empty database, and print
    how long each part took."""
    config, database = open_or_make()
    with database.reading() as session:
        if not is_empty(session):
            raise click.ClickException(_TAKEN)
    loader, heard = click.get_current_context().obj, _Heard(machine)
    now, hashed = make_clock(config.clock_file).now(), hash_password(loader.PASSWORD)
    loader.load_town(database, now, hashed, (heard.part, heard.far))
    heard.part("  its nights: what is due to go, and a backup")
    context = click.get_current_context()
    context.invoke(retention, applies=True, terms=())
    context.invoke(backup, to=None, key_file=None, check=None)
    heard.end()


@demo.command("move", hidden=True)
@click.argument("instant", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]))
def move(instant: datetime) -> None:
    """Let everybody act until an instant; the clock itself is moved by who asked for it."""
    config, database = open_existing()
    heard = _Heard(machine=True)
    loader = click.get_current_context().obj
    now = make_clock(config.clock_file).now()
    loader.move(database, now, instant, (heard.part, heard.far))
    database.engine.dispose()


class _Heard:
    """Prints the parts with their seconds, or how far it is for another program."""

    def __init__(self, machine: bool) -> None:
        self.machine = machine
        self.began = self.since = time.monotonic()
        self.now = ""
        self.printed = 0.0

    def part(self, name: str) -> None:
        """A part begins."""
        self._finish()
        self.now = name

    def far(self, share: float) -> None:
        """It is so far."""
        if self.machine and share >= self.printed + 0.005:
            self.printed = share
            click.echo(f"{share:.3f}")

    def end(self) -> None:
        """All is done."""
        self._finish()
        if not self.machine:
            click.echo(f"loaded in {time.monotonic() - self.began:.1f} s")

    def _finish(self) -> None:
        if self.now and not self.machine:
            click.echo(f"{self.now}: {time.monotonic() - self.since:.1f} s")
        self.since = time.monotonic()


@demo.command("large")
@click.option("--people", default=100_000, type=click.IntRange(1, 1_000_000), show_default=True)
def large(people: int) -> None:
    """Load a crowd of so many officers into an empty database, to look at pages of that size.

    Takes some minutes. Use a home folder of its own: LEARNAPP_HOME=folder learnapp demo large
    """
    config, database = open_or_make()
    with database.reading() as session:
        if not is_empty(session):
            raise click.ClickException(_TAKEN)
    click.echo(f"loading a town of {people:,} …")
    loader = click.get_current_context().obj
    now, hashed = make_clock(config.clock_file).now(), hash_password(loader.PASSWORD)
    loader.load_large(database, now, people, hashed, click.echo)
    say_logins(database)
    click.echo(f"now: LEARNAPP_HOME={config.home} learnapp serve")


def load_if_empty(config: Config, database: Database, whole: bool = True) -> bool:
    """Load it, unless somebody is there, with the whole library or without; whether it was loaded."""
    now = make_clock(config.clock_file).now()
    with database.reading() as session:
        if not is_empty(session):
            return False
    click.echo("loading the demonstration …")
    loader = click.get_current_context().obj
    loader.load(database, now, hash_password(loader.PASSWORD), click.echo, whole)
    return True


def say_logins(database: Database) -> None:
    """A line for each role of the demonstration, if it is loaded."""
    loader = click.get_current_context().obj
    with database.reading() as session:
        logins = loader.logins(session)
    for login in logins:
        click.echo(f"  {login.role_zh:<8} {login.login_name:<10} {loader.PASSWORD}")
