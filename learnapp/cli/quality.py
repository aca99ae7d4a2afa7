"""The command that simulates how often units show a sign of their quality of study by chance."""

from __future__ import annotations

from random import Random

import click

from learnapp.domain.progress.quality import QualitySign
from learnapp.domain.progress.quality_trials import FOR_FORM, HARD, WELL, shown_by

_SIZES = (20, 50, 200)
_MANNERS = (("well", WELL), ("hard", HARD), ("for form", FOR_FORM))


@click.command()
@click.option("--units", type=click.IntRange(1, 100_000), default=1000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def quality(units: int, seed: int) -> None:
    """Simulate the hints on the quality of study (学习质量提示): how often they show, in per cent.

    Of units that study well, or study and find it hard, a hint is false; of units that study for the form's
    sake it is due. The rules are those of the pages; docs/quality.md has the table.
    """
    rng = Random(seed)
    click.echo(f"{'units of':>9}  {'manner':<9}" + "".join(f"{each:>12}" for each in QualitySign))
    for people in _SIZES:
        for name, manner in _MANNERS:
            shown = shown_by(rng, units, people, manner)
            cells = "".join(f"{100 * shown[each] / units:>11.1f}%" for each in QualitySign)
            click.echo(f"{people:>9}  {name:<9}{cells}")
