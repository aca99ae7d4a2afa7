"""Commands for drawn papers."""

from __future__ import annotations

import click

from learnapp.cli.opening import open_existing
from learnapp.cli.speaking import Refusal
from learnapp.db.exams.drawing import attempt_id_of
from learnapp.services.exams import attempt_start


@click.group()
def paper() -> None:
    """Drawn papers."""


# An attempt's name may begin with a dash, so there are no short options here.
_NAMES_WITH_DASHES = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


@paper.command("show", context_settings=_NAMES_WITH_DASHES)
@click.argument("attempt")
def show(attempt: str) -> None:
    """Draw an attempt's paper again from its seed and stored draw input, and print it."""
    _, database = open_existing()
    with database.reading() as session:
        attempt_id = attempt_id_of(session, attempt)
        if attempt_id is None:
            raise Refusal(f"there is no attempt {attempt}")
        for placed in attempt_start.redraw(session, attempt_id):
            click.echo(f"{placed.ordinal}\tversion {placed.id}\tmarks {placed.marks / 100:g}")
