"""The commands of the machine's clock: how it is judged, and its confirmation after a jump."""

from __future__ import annotations

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import MachineClock, make_clock
from learnapp.db.core.engine import Database
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.operations import timekeeping


@click.group()
def clock() -> None:
    """The machine's clock, when it jumped."""


@clock.command("show")
def clock_show() -> None:
    """Print the machine's time and the time that is kept."""
    config, database = open_existing()
    show(database, make_clock(config.clock_file))


@clock.command("confirm")
def clock_confirm() -> None:
    """The machine's clock is right as it is now: go by it, and hand in what ran out by it."""
    config, database = open_existing()
    confirm(database, make_clock(config.clock_file))


def show(database: Database, clock: MachineClock) -> None:
    """Print the machine's time and the time that is kept."""
    jump = _judged(database, clock).jump()
    click.echo(f"machine  {clock.read().wall.isoformat(timespec='seconds')}")
    click.echo(f"kept     {clock.now().isoformat(timespec='seconds')}")
    click.echo(
        "they agree" if jump is None else f"the machine jumped by {jump.total_seconds():.0f} s"
    )


def confirm(database: Database, clock: MachineClock) -> None:
    """Go by the machine's clock from here on."""
    jump = _judged(database, clock).jump()
    if jump is None:
        click.echo("the clock is right; nothing to confirm")
        return
    with database.writing() as session:
        timekeeping.confirm(session, SYSTEM, clock.read(), jump)
    click.echo("the machine's clock is followed from now on")


def _judged(database: Database, clock: MachineClock) -> MachineClock:
    with database.reading() as session:
        clock.settle(timekeeping.recorded(session, clock.read().boot))
    return clock
