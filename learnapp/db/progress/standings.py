"""People's counters by stage as they are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.progress import tally_store
from learnapp.db.progress.figure_facts import stage_ids_in_force
from learnapp.db.progress.models import Standing
from learnapp.domain.progress.figures import Counts


@dataclass(frozen=True)
class StagePart:
    """Where a person counts in a stage, and with what."""

    unit_id: int
    counts: Counts


def of_person(session: Session, person_id: int, as_of: datetime) -> dict[int, StagePart]:
    """The person's part in each stage in force, at an instant, from what is stored now."""
    rows = session.execute(
        select(Standing.stage_id, Standing.unit_id, Standing.signs, Standing.moved).where(
            Standing.person_id == person_id, Standing.stage_id.in_(stage_ids_in_force())
        )
    )
    found = {}
    for stage_id, unit_id, signs, moved in rows:
        tally = tally_store.plan_of(session, stage_id).unpack(unit_id, signs, moved)
        found[stage_id] = StagePart(unit_id, tally.counts(as_of))
    return found


class KeptStanding(NamedTuple):
    """What is stored of a person in a stage: the columns, and the tally that they come from, packed."""

    person_id: int
    unit_id: int
    owed: int
    done: int
    excused: int
    behind_from: datetime | None
    signs: str
    moved: Any

    @property
    def packed(self) -> tuple[int, str, Any]:
        """What `TallyPlan.unpack` takes."""
        return self.unit_id, self.signs, self.moved


def standings_in(session: Session, stage_id: int) -> dict[int, KeptStanding]:
    """What is stored of everybody in a stage, by person."""
    rows = session.execute(
        select(
            Standing.person_id,
            Standing.unit_id,
            Standing.owed,
            Standing.done,
            Standing.excused,
            Standing.behind_from,
            Standing.signs,
            Standing.moved,
        ).where(Standing.stage_id == stage_id)
    )
    return {row.person_id: row for row in (KeptStanding(*each) for each in rows)}
