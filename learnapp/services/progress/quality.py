"""学习质量提示: how people studied, read for the signs that the domain knows; to a person of themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts, quality_facts
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.progress.quality_facts import PortionChecked, StudySpan
from learnapp.db.study import plan_lines
from learnapp.domain.core.calendar import local_day
from learnapp.domain.progress.quality import (
    RECALL_AFTER,
    SPAN,
    Answered,
    PersonStudy,
    PortionStudied,
    QualitySign,
    StudySigns,
    chance_of,
    signs_of,
)


@dataclass(frozen=True)
class PortionsAsked:
    """The portions that a stage requires: due time and characters by item, and their check questions."""

    due: dict[int, datetime]
    lengths: dict[int, int]
    checked: list[PortionChecked]


def asked_by(session: Session, stage: StageInForce) -> PortionsAsked:
    """What a stage requires to be read. Three statements."""
    duties = figure_facts.duties_in_force(session, [stage])[stage.id]
    due = {each.item_id: each.due_at for each in duties if each.required and not each.by_window}
    lines = plan_lines.lines_between(session, [stage.id], stage.first_day, stage.last_day)
    lengths = {each.row.item_id: each.length for each in lines}
    return PortionsAsked(due, lengths, quality_facts.checked_portions(session, due.keys()))


def signs_of_people(
    session: Session, asked: PortionsAsked, people: Collection[int], until: datetime, now: datetime
) -> StudySigns:
    """The signs of these people together, by what they did in the eight weeks before `until`. Three
    statements."""
    found = StudySigns()
    for study in _studies(session, asked, StudySpan(people, until - SPAN, until), now).values():
        found += signs_of(study)
    return StudySigns(len(people), found.counts)


def _studies(
    session: Session, asked: PortionsAsked, span: StudySpan, now: datetime
) -> dict[int, PersonStudy]:
    portions: dict[int, list[PortionStudied]] = defaultdict(list)
    read_at: dict[tuple[int, str], datetime] = {}
    sources = {each.item_id: each.source for each in asked.checked}
    for person, item, done_at, opened_at in quality_facts.portions_done(
        session, span, asked.due.keys()
    ):
        length = asked.lengths.get(item, 0)
        portions[person].append(PortionStudied(done_at, asked.due[item], opened_at, length))
        if source := sources.get(item):
            read_at[person, source] = min(done_at, read_at.get((person, source), done_at))
    first = _first_answers(session, asked, span)
    recalled = _recalled(session, read_at, span, now)
    return {
        each: PersonStudy(portions.get(each, ()), first.get(each, ()), recalled.get(each, ()))
        for each in {*portions, *first, *recalled}
    }


def _first_answers(
    session: Session, asked: PortionsAsked, span: StudySpan
) -> dict[int, list[Answered]]:
    chances = {each.portion_id: chance_of(each.kind, len(each.options)) for each in asked.checked}
    found: dict[int, list[Answered]] = defaultdict(list)
    for person, portion, right in quality_facts.first_answers(session, span, chances.keys()):
        chance = chances[portion]
        if chance is not None:
            found[person].append(Answered(right, chance))
    return found


def _recalled(
    session: Session, read_at: dict[tuple[int, str], datetime], span: StudySpan, now: datetime
) -> dict[int, list[Answered]]:
    """Exam answers on an article that the person had read two weeks before or earlier."""
    found: dict[int, list[Answered]] = defaultdict(list)
    sources = {source for _, source in read_at}
    if not sources:
        return found
    for each in quality_facts.exam_answers(session, span, sources, now):
        read, chance = (
            read_at.get((each.person_id, each.source)),
            chance_of(each.kind, len(each.options)),
        )
        if read is not None and chance is not None and read + RECALL_AFTER <= each.at:
            found[each.person_id].append(Answered(each.right, chance))
    return found


def own_signs(caller: Caller) -> list[QualitySign]:
    """What the actor's own study of the running stages shows, for themselves alone."""
    session, today = caller.session, local_day(caller.now)
    whole = StudySigns()
    for stage in figure_facts.stages_in_force(session):
        if stage.first_day <= today <= stage.last_day:
            asked, me = asked_by(session, stage), [caller.actor.own_id()]
            whole += signs_of_people(session, asked, me, caller.now, caller.now)
    return whole.private()
