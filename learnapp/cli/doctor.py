"""The command that looks the installation over and says what to do about what is not well."""

from __future__ import annotations

import os
import sys

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock, read_wall
from learnapp.domain.core.calendar import local_day
from learnapp.domain.operations.doctor import Level, worst
from learnapp.services.operations import doctor as looking
from learnapp.services.operations import timekeeping
from learnapp.services.operations.doctor import Examined
from learnapp.wording.catalogue import language_of
from learnapp.wording.doctor import advice_text, finding_text, level_label


@click.command()
@click.option("--url", help="The address that people use (https://…): look at its certificate too.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="Default: that of the terminal.")
def doctor(url: str | None, language: str | None) -> None:
    """Look everything over: scheduler, disk, permissions, clocks, database, backups, certificate.

    Exit 1 when something must be seen to; each finding says what to do.
    """
    config, database = open_existing()
    clock = make_clock(config.clock_file)
    with database.reading() as session:
        clock.settle(timekeeping.recorded(session, clock.read().boot))
    what = Examined(
        database, config.database_url, config.home, config.backups, read_wall, clock.jump()
    )
    found = looking.findings(what, clock.now())
    if url is not None:
        found.append(looking.certificate(url, read_wall()))
    spoken = language_of(language or os.environ.get("LANG") or "en")
    today = local_day(clock.now())
    for each in found:
        click.echo(f"{level_label(spoken, each.level)}  {finding_text(spoken, each, today)}")
        if advice := advice_text(spoken, each):
            click.echo(f"    {advice}")
    sys.exit(1 if worst(found) is Level.BAD else 0)
