"""Commands for the demonstration; its loader comes by click's context, handed in by learnapp.app."""

from __future__ import annotations

import click

from learnapp.cli.opening import open_or_make
from learnapp.clock import make_clock
from learnapp.config import Config
from learnapp.db.core.engine import Database
from learnapp.db.operations.installation import is_empty
from learnapp.services.accounts.passwords import hash_password


@click.group()
def demo() -> None:
    """The demonstration programme."""


@demo.command("load")
@click.option("--small", is_flag=True, help="With 80 questions and 6 readings, not the library.")
def load(small: bool) -> None:
    """Load the demonstration into an empty database; does nothing in any other, and says so."""
    config, database = open_or_make()
    if not load_if_empty(config, database, whole=not small):
        click.echo("somebody is in this database already: nothing was loaded")


@demo.command("large")
@click.option("--people", default=100_000, type=click.IntRange(1, 1_000_000), show_default=True)
def large(people: int) -> None:
    """Load a town of so many officers into an empty database, to look at pages of that size.

    Takes some minutes. Use a home folder of its own: LEARNAPP_HOME=folder learnapp demo large
    """
    config, database = open_or_make()
    with database.reading() as session:
        if not is_empty(session):
            raise click.ClickException("somebody is in this database already: nothing was loaded")
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
