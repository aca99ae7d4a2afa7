"""How far the counting of stages has come that wait for the scheduler, for the page of jobs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.people.memberships import counting_members
from learnapp.db.people.scope import unit_ids_in_scope
from learnapp.db.progress import figure_facts
from learnapp.db.progress.models import StageCounting
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


@dataclass(frozen=True)
class StageLeft:
    """A stage whose people are being counted: how many of them are."""

    programme_id: int
    programme: str
    stage: str
    done: int
    total: int


def stages_left(caller: Caller) -> list[StageLeft]:
    """The published stages within reach that are being counted from the beginning."""
    session = caller.session
    countings = session.execute(
        select(StageCounting.stage_id, StageCounting.counted_to).where(
            StageCounting.counted_to.is_not(None)
        )
    )
    waiting = {row.stage_id: row.counted_to for row in countings}
    if not waiting:
        return []
    right, day = Permission.PROGRAMME_EDIT, local_day(caller.now)
    reach = unit_ids_in_scope(session, caller.actor, right, day)
    found = []
    for stage in figure_facts.stages_in_force(session):
        if stage.id in waiting and stage.owner_unit_id in reach:
            members = counting_members(stage.line_id, caller.now).subquery()
            counted = func.count().filter(members.c.person_id <= waiting[stage.id])
            done, total = session.execute(select(counted, func.count()).select_from(members)).one()
            found.append(
                StageLeft(stage.programme_id, stage.programme_name, stage.name, done, total)
            )
    return found
