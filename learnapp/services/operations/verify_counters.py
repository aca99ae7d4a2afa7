"""Proving the counters of a stage: people's against the facts, units' against their people's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.spans import Span, spans_of
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Person, Unit
from learnapp.db.progress import figure_facts, standings, tally_store
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.domain.progress.figures import Counts, PersonFacts, count_person
from learnapp.domain.progress.tallies import TallyChanges, TallyPlan, tally
from learnapp.domain.progress.tally_sums import (
    PackedTally,
    StageReckoner,
    StoredTally,
    difference,
)
from learnapp.domain.study.programme import Duty

_PEOPLE = 2_000  # compared at once
_UNITS = 50
_ONE_BY_ONE = 200  # of so few each is counted by itself, of more some besides
_SAMPLE = 200


def people(session: Session, stage: StageInForce, now: datetime) -> list[str]:
    """Each person's counter against the facts.

    Counters and this proof share `StageReckoner`; what it says is compared with the plain rule of
    one person (`count_person`) for everybody in a small place, for some people in a large one.
    """
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    plan = tally_store.plan_of(session, stage.id)
    reckoner = StageReckoner(plan, duties)
    found: list[str] = []
    for span in spans_of(session, Person.id, _PEOPLE):
        chosen = MemberChoice(span=span)
        facts = figure_facts.facts_of(session, stage.line_id, Moment(now), None, chosen)
        true = {each.person_id: each for each in facts}
        stored = standings.stored_of(session, stage.id, span)
        every = 1 if len(true) <= _ONE_BY_ONE else _SAMPLE
        for number, person_id in enumerate(sorted(true.keys() | stored.keys())):
            row, mine = stored.get(person_id), true.get(person_id)
            agree = row is not None and mine is not None and row == reckoner.stored(mine)
            if not agree or number % every == 0:
                at = f"stage {stage.id} person {person_id}"
                found += [f"{at}: {each}" for each in _compared(plan, duties, now, row, mine)]
    return found


def _compared(
    plan: TallyPlan,
    duties: Sequence[Duty],
    now: datetime,
    row: StoredTally | None,
    facts: PersonFacts | None,
) -> list[str]:
    """In what a stored counter and the facts of one person differ."""
    found, stored = [], None
    true = None if facts is None else (facts.unit_id, count_person(facts, duties, now))
    if row is not None:
        if len(row.packed.signs) != len(plan.due):
            return [f"{len(row.packed.signs)} signs are kept, {len(plan.due)} requirements asked"]
        mine = plan.unpack(*row.packed)
        stored = (mine.unit_id, mine.counts(now))
        shown = (mine.owed, mine.done, len(mine.excused), mine.behind_from)
        if shown != row[1:]:
            found.append(f"columns are not {shown}")
    if stored != true:
        found.append(f"kept {stored}, facts say {true}")
    if not found and row is not None and facts is not None:
        packed = PackedTally(facts.unit_id, *plan.pack(tally(facts, duties)))
        if packed != row.packed:
            found.append(f"kept {row.packed}, facts say {packed}")
    return found


def units(session: Session, stage: StageInForce, now: datetime) -> list[str]:
    """Each unit's counters, whole, by due time and by requirement, against those of its people."""
    plan = tally_store.plan_of(session, stage.id)
    placed = set(unit_trees.parents_on(session, stage.line_id, Moment(now).day))
    found: dict[str, list[str]] = {"units": [], "due": [], "requirements": []}
    unplaced: set[int] = set()
    for span in spans_of(session, Unit.id, _UNITS):
        true = _members_of(session, stage, plan, span)
        stored = tally_store.stored_sums(session, stage.id, span)
        unplaced |= {unit_id for unit_id, each in true.units.items() if each.people} - placed
        for what, lines in found.items():
            here, sums = getattr(true, what), getattr(stored, what)
            for key in sorted(here.keys() | sums.keys()):
                if here.get(key, Counts()) != sums.get(key, Counts()):
                    packed = f"kept {sums.get(key)}, people's say {here.get(key)}"
                    lines.append(f"stage {stage.id} {what} {key}: {packed}")
    found["units"] += [
        f"stage {stage.id} unit {unit_id}: counted, but not on the line"
        for unit_id in sorted(unplaced)
    ]
    return [line for lines in found.values() for line in lines]


def _members_of(
    session: Session, stage: StageInForce, plan: TallyPlan, units: Span
) -> TallyChanges:
    """What the stored tallies of the members of some units add up to; those with signs of another
    length are named with their person."""
    found = TallyChanges.none()
    for members in standings.packed_in_units(session, stage.id, units, _PEOPLE):
        sound = [each for each in members if len(each.signs) == len(plan.due)]
        found.add(difference(plan, (), sound))
    return found
