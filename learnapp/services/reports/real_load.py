"""What the last closed study week asked of the people of a programme, found with its weekly report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.progress import figure_facts
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.reports import burden_facts
from learnapp.db.reports.burden_facts import Times, WeekOfPeople
from learnapp.db.study import plan_lines
from learnapp.db.study.plan_lines import CalendarLine
from learnapp.domain.core.calendar import end_of, start_of
from learnapp.domain.study.burden import DonePart, Messages, RealLoad, real_load
from learnapp.domain.study.programme import ItemKind
from learnapp.services.study.plan_calendar import load_of

_PEOPLE = 2_000  # looked at by one statement


def of_week(session: Session, stage: StageInForce, sunday: date, known_at: datetime) -> RealLoad:
    """What came in the study week that ends on that Sunday to all whom the programme of a stage asked
    anything then; of the whole programme, whichever of its stages it is."""
    stages = figure_facts.stages_in_force(session, known_at, stage.programme_id)
    monday = sunday - timedelta(days=6)
    running = [e for e in stages if e.first_day <= sunday and e.last_day >= monday]
    lines = _lines(session, stages)
    done: list[DonePart] = []
    people = tries = notices = reminders = 0
    asked = _asked(session, running, Moment(known_at, known_at))
    for start in range(0, len(asked), _PEOPLE):
        some = asked[start : start + _PEOPLE]
        week = WeekOfPeople(some, start_of(monday), end_of(sunday), known_at)
        people += len(some)
        done += _done(session, week, lines)
        tries += burden_facts.wrong_tries(session, week, [each.row.item_id for each in lines])
        sent, reminded = burden_facts.notices_sent(session, week)
        notices, reminders = notices + sent, reminders + reminded
    return real_load(people, done, tries, Messages(notices, reminders))


def _lines(session: Session, stages: Sequence[StageInForce]) -> list[CalendarLine]:
    """What the stages require."""
    first = min(each.first_day for each in stages)
    last = max(each.last_day for each in stages)
    lines = plan_lines.lines_between(session, [each.id for each in stages], first, last)
    return list({each.row.item_id: each for each in lines if each.row.required}.values())


def _asked(session: Session, stages: Sequence[StageInForce], at: Moment) -> list[int]:
    """The counting members of whom any of the stages requires anything."""
    if not stages:
        return []
    duties = figure_facts.duties_of(session, [each.id for each in stages], at.known_at)
    audiences = {duty.audience for each in stages for duty in duties[each.id] if duty.required}
    return [
        facts.person_id
        for facts in figure_facts.facts_of(session, stages[0].line_id, at, ())
        if any(
            each.holds(facts.units_above, facts.category, facts.basis, facts.post)
            for each in audiences
        )
    ]


def _done(
    session: Session, week: WeekOfPeople, lines: Sequence[CalendarLine]
) -> Iterator[DonePart]:
    portions = {e.row.item_id: e for e in lines if e.kind != ItemKind.EXAM}
    exams = {e.exam_id: e for e in lines if e.kind == ItemKind.EXAM and e.exam_id is not None}
    for times in burden_facts.portions_done(session, week, portions.keys()):
        yield _part(portions[times.thing_id], times)
    for times in burden_facts.exams_handed_in(session, week, exams.keys()):
        yield _part(exams[times.thing_id], times)


def _part(line: CalendarLine, times: Times) -> DonePart:
    is_exam = line.kind == ItemKind.EXAM
    return DonePart(load_of(line), times.on_device, times.elsewhere, is_exam)


def to_document(monday: date, load: RealLoad) -> dict[str, Any]:
    """A week's load as a report stores it."""
    return {"monday": monday.isoformat(), **asdict(load)}


def from_document(document: dict[str, Any]) -> tuple[date, RealLoad]:
    """(monday, load) of such a document."""
    values = {name: value for name, value in document.items() if name != "monday"}
    messages = Messages(**values.pop("messages"))
    return date.fromisoformat(document["monday"]), RealLoad(**values, messages=messages)
