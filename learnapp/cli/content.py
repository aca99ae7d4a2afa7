"""The command that gives a unit the questions and readings that come with the product."""

from __future__ import annotations

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import make_clock
from learnapp.db.core.caller import Caller
from learnapp.db.people.unit_paths import named
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.operations import ready_content


@click.group()
def content() -> None:
    """Questions and readings that come with the product."""


@content.command("load")
@click.option("--unit", required=True, help="The unit that is to own them, such as 云岭市委政法委.")
def load(unit: str) -> None:
    """Give a unit a bank of questions, and readings with their check questions.

    Adds what the unit does not have yet and changes nothing that is there; broken off, it goes on
    when it is asked again. The service may run meanwhile. Nothing is asked of anybody before an
    exam or a plan is made of it.
    """
    config, database = open_existing()
    now = make_clock(config.clock_file).now()
    try:
        with database.reading() as session:
            found = named(session, unit, local_day(now))
        if len(found) != 1:
            how = "no unit" if not found else "more than one unit: write its path"
            raise click.ClickException(f"{unit}: {how}")
        added = ready_content.Added()
        for part in ready_content.parts():
            with database.writing("part of the content") as session:
                added += ready_content.load(Caller(session, SYSTEM, now), found[0], part)
    finally:
        database.engine.dispose()
    click.echo(
        f"{added.questions} questions, {added.readings} readings, {added.checks} checks added"
    )
