"""People's counters by stage as they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import func

from learnapp.db.core.spans import Span
from learnapp.db.progress import tally_store
from learnapp.db.progress.figure_facts import stage_ids_in_force
from learnapp.db.progress.models import Standing
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.tally_sums import PackedTally, StoredTally


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


_KEPT = (
    Standing.unit_id,
    Standing.signs,
    func.nullif(cast(Standing.moved, String), "{}").label("moved"),
)


def stored_of(session: Session, stage_id: int, people: Span) -> dict[int, StoredTally]:
    """What is stored of these people in a stage, by person."""
    columns = (Standing.owed, Standing.done, Standing.excused, Standing.behind_from)
    rows = session.execute(
        select(Standing.person_id, *_KEPT, *columns).where(
            Standing.stage_id == stage_id, people.holds(Standing.person_id)
        )
    )
    return {
        person_id: StoredTally(_packed(unit_id, signs, moved), *shown)
        for person_id, unit_id, signs, moved, *shown in rows
    }


def packed_in_units(
    session: Session, stage_id: int, units: Span, size: int
) -> Iterator[list[PackedTally]]:
    """What is stored of the members of these units, unit by unit, at most `size` at once: a unit with
    more comes several times."""
    rows = session.execute(
        select(*_KEPT)
        .where(Standing.stage_id == stage_id, units.holds(Standing.unit_id))
        .order_by(Standing.unit_id)
        .execution_options(yield_per=size)
    )
    for part in rows.partitions():
        for _, members in groupby(part, key=itemgetter(0)):
            yield [_packed(*each) for each in members]


def _packed(unit_id: int, signs: str, moved: str | None) -> PackedTally:
    """The text of an empty document, nearly everybody's, is not parsed."""
    return PackedTally(unit_id, signs, json.loads(moved) if moved else {})
