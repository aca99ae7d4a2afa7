"""参学率 straight from the facts: per unit who owed a reading that was due, and who had not done one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.study import owed
from learnapp.domain.progress.figures import PersonFacts
from learnapp.domain.progress.groups import GroupReckoner
from learnapp.domain.progress.tallies import TallyPlan
from learnapp.domain.progress.tally_sums import StageReckoner
from learnapp.domain.study.programme import Duty


def readers_of(session: Session, stage: StageInForce, at: Moment) -> dict[int, tuple[int, int]]:
    """Per unit of its own members (owed a reading that was due, had not done one) at a moment."""
    duties = figure_facts.duties_of(session, [stage.id], at.known_at)[stage.id]
    items = owed.items_of(session, [each.item_id for each in duties])
    reads = [each for each in duties if items[each.item_id].portion_id is not None]
    if not reads:
        return {}
    whom = figure_facts.facts_of(session, stage.line_id, at, {each.item_id for each in reads})
    return _counted(whom, reads, at)


def _counted(
    people: Iterable[PersonFacts], reads: Sequence[Duty], at: Moment
) -> dict[int, tuple[int, int]]:
    plan = TallyPlan({each.requirement_id: each.due_at for each in reads})
    stored, groups = StageReckoner(plan, reads), GroupReckoner(plan, frozenset(plan.due), at.as_of)
    readers: Counter[int] = Counter()
    behind: Counter[int] = Counter()
    for facts in people:
        packed = stored.stored(facts).packed
        group = groups.of(packed.signs, packed.moved)
        readers[facts.unit_id] += group.readers
        behind[facts.unit_id] += group.readers_behind
    return {unit_id: (count, behind[unit_id]) for unit_id, count in readers.items()}
