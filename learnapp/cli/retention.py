"""The command that shows what retention would remove, removes it, and sets an office's terms."""

from __future__ import annotations

from collections import Counter

import click

from learnapp.cli.opening import open_existing
from learnapp.clock import Clock, make_clock
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.operations.retention import TERMS, RetentionRule
from learnapp.services.operations import retention as service


@click.command()
@click.option("--apply", "applies", is_flag=True, help="Remove it now, whatever the hour.")
@click.option(
    "--set",
    "terms",
    type=(click.Choice([str(rule) for rule in RetentionRule]), int),
    multiple=True,
    metavar="RULE DAYS",
    help="Keep the rows of a rule for so many days from now on.",
)
def retention(applies: bool, terms: tuple[tuple[str, int], ...]) -> None:
    """Show what is due to go: each rule with its term in days and the rows that are older.

    What each rule is about, and why it is kept that long, is written in docs/retention.md. The
    scheduler removes what is due between two and five in the morning.
    """
    config, database = open_existing()
    clock = make_clock(config.clock_file)
    if terms:
        with database.writing() as session:  # all of them, or none
            for name, days in terms:
                _choose(Caller(session, SYSTEM, clock.now()), RetentionRule(name), days)
    with database.reading() as session:
        found = service.due_rows(session, clock.now())
    for each in found:
        usual = "" if each.days == TERMS[each.rule].days else " (set by this office)"
        click.echo(f"{each.rule:14} {each.days:6} days{usual}: {each.rows} rows are due")
    if not applies:
        return
    for rule, rows in _applied(database, clock).items():
        click.echo(f"{rule:14} {rows} rows removed")


def _choose(caller: Caller, rule: RetentionRule, days: int) -> None:
    try:
        service.choose(caller, rule, days)
    except RuleBroken as broken:
        least, most = broken.params["least"], broken.params["most"]
        raise click.BadParameter(f"{rule} takes from {least} to {most} days") from broken


def _applied(database: Database, clock: Clock) -> Counter[RetentionRule]:
    """Remove all that is due; how many rows went by each rule."""
    removed: Counter[RetentionRule] = Counter()
    sweep = service.Sweep()
    while True:
        with database.reading() as session:
            step = sweep.next(session, clock.now())
        if step is None:
            return removed
        with database.writing(f"retention {step.rule}") as session:
            removed[step.rule] += service.carry_out(session, clock.now(), step)
