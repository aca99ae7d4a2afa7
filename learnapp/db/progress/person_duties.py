"""What a stage asks of one person, with what each duty is to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.domain.progress.figures import PersonDuty, duties_of


def duties_of_person(
    session: Session, person_id: int, now: datetime
) -> list[tuple[StageInForce, PersonDuty]]:
    """What the stages in force ask of one person, with the state of each."""
    stages = figure_facts.stages_in_force(session)
    duties = figure_facts.duties_in_force(session, stages)
    items = {duty.item_id for found in duties.values() for duty in found}
    asked: list[tuple[StageInForce, PersonDuty]] = []
    for line_id in sorted({stage.line_id for stage in stages}):
        whom = MemberChoice([person_id])
        facts = figure_facts.facts_of(session, line_id, Moment(now), items, whom)
        for each in facts:
            for stage in stages:
                if stage.line_id == line_id:
                    found = duties_of(each, duties[stage.id], now)
                    asked.extend((stage, duty) for duty in found)
    return asked
