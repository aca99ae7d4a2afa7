"""Commands for the admins of this installation."""

from __future__ import annotations

import click

from learnapp.cli.opening import open_or_make
from learnapp.clock import make_clock
from learnapp.services.operations import installation


@click.group()
def admin() -> None:
    """Admins of this installation."""


@admin.command("create")
@click.option("--unit", required=True, help="The unit to be admin of; made if there is none yet.")
@click.option("--name", required=True, help="The admin's name.")
@click.option("--login", required=True, help="What to sign in by (letters, digits, . _ -).")
def create(unit: str, name: str, login: str) -> None:
    """Make an admin and print a one-time code for the first sign-in.

    Nothing is asked of an admin by any programme. The code is shown once and is good for 30 days.
    """
    config, database = open_or_make()
    now = make_clock(config.clock_file).now()
    with database.writing() as session:
        code = installation.create_admin(session, now, unit, name, login)
    click.echo(code)
