"""A unit by programme and stage, on each line on which it is within reach."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.progress.figures import Counts
from learnapp.services.progress import head_home
from learnapp.services.progress.head_home import StageNow


@dataclass(frozen=True)
class ProgrammeFigures:
    """A programme over a unit: each of its stages that has begun and asks anything of its people, in
    order, and the sum of their duties."""

    name: str
    line_name: str
    stages: list[StageNow]
    duties: Counts


def by_programme(caller: Caller, unit_id: int) -> list[ProgrammeFigures]:
    """The programmes of a unit with all below it now. Raises NotFound for a unit that is within reach on
    no line."""
    found: dict[int, list[StageNow]] = {}
    reached = False
    for stage in _begun(caller):
        try:
            now = head_home.stage_now(caller, stage, unit_id)
        except NotFound:
            continue
        reached = True
        if now.counts.people:
            found.setdefault(stage.programme_id, []).append(now)
    if not reached:
        raise NotFound()
    return [
        ProgrammeFigures(
            stages[0].stage.programme_name,
            stages[0].stage.line_name,
            stages,
            sum((each.counts.of_duties for each in stages), Counts()),
        )
        for stages in found.values()
    ]


def _begun(caller: Caller) -> list[StageInForce]:
    today = local_day(caller.now)
    stages = figure_facts.stages_in_force(caller.session)
    return [each for each in stages if each.first_day <= today]
