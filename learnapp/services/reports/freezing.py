"""Freezing: what a stage's report says at its cut-off, from the facts as they were known then.

What is found does not depend on when it is looked for: a scheduler that comes late, or twice, finds the
same figures. That holds once all that was being written at the cut-off is over: the caller waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.upsert import insert_if_new
from learnapp.db.people import unit_trees
from learnapp.db.progress import figure_facts, reader_counts
from learnapp.db.progress.fact_counts import counts_from_facts, end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.reports import documents, issues, week_exams
from learnapp.db.reports.models import ReportIssue, UnitReport
from learnapp.db.reports.week_exams import ExamOfWeek
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.people.unit_order import in_tree_order
from learnapp.domain.progress.figures import Counts, DutyState, duties_of
from learnapp.domain.progress.verdict import last_checkpoint, time_share
from learnapp.domain.reports.weekly import (
    SETTLING,
    ChosenCutOff,
    ReportKind,
    UnitFacts,
    WindowCounts,
    cut_offs_due,
    is_reported,
    rolled_up,
)
from learnapp.services.reports import real_load

_WEEK = timedelta(days=7)
_ROWS = 400  # of units, in one transaction


@dataclass(frozen=True)
class IssueToFreeze:
    """A report whose cut-off has come and that is not frozen yet, or not to its end."""

    stage_id: int
    programme_id: int
    kind: ReportKind
    cut_off: datetime


@dataclass(frozen=True)
class FrozenIssue:
    """What is to be stored: the issue's own values, and a row for each unit."""

    issue: dict[str, Any]
    rows: list[dict[str, Any]]


def due(
    session: Session, now: datetime, cut_offs: Mapping[ReportKind, Sequence[ChosenCutOff]]
) -> list[IssueToFreeze]:
    """The reports to freeze now, the earliest cut-off first: those that have settled for a minute."""
    now -= SETTLING
    found = []
    for issue in issues.unfinished(session):
        stage = issue.header["programme_id"]
        found.append(IssueToFreeze(issue.stage_id, stage, ReportKind(issue.kind), issue.cut_off))
    for stage in figure_facts.stages_in_force(session):
        for kind, chosen in cut_offs.items():
            newest = issues.newest(session, stage.identity, kind)
            due_since = None if newest is None else newest.cut_off
            for each in cut_offs_due(chosen, due_since, now):
                if is_reported(stage.first_day, stage.last_day, each):
                    found.append(IssueToFreeze(stage.identity, stage.programme_id, kind, each))
    return sorted(found, key=lambda each: (each.cut_off, each.stage_id))


def frozen(session: Session, wanted: IssueToFreeze) -> FrozenIssue | None:
    """The figures of every unit of the stage's line at the cut-off, as known then; None for a stage
    that was not published by then. Reads alone."""
    stage = _stage_at(session, wanted, wanted.cut_off)
    if stage is None:
        return None
    before = issues.before(session, wanted.stage_id, wanted.kind, wanted.cut_off)
    exams = _exams(session, stage, wanted, before)
    then = _checkpoint(session, wanted, stage)
    own = _own_facts(session, stage, wanted, then, exams)
    rows = _rows(session, stage, wanted, (own, _corrected(session, wanted, before)))
    issue = {
        "stage_id": stage.identity,
        "line_id": stage.line_id,
        "kind": wanted.kind,
        "number": 1 if before is None else before.number + 1,
        "cut_off": wanted.cut_off,
        "previous_id": None if before is None else before.id,
        "units": len(rows),
        "header": _header(session, stage, wanted.cut_off, then)
        | {
            "exams": [documents.from_exam(each.exam) for each in exams],
            "burden": _burden(session, stage, wanted),
        },
    }
    return FrozenIssue(issue, rows)


def _rows(
    session: Session,
    stage: StageInForce,
    wanted: IssueToFreeze,
    facts: tuple[dict[int, UnitFacts], dict[int, UnitFacts]],
) -> list[dict[str, Any]]:
    """A row for each unit of the line in its order; `facts` are those of its own members, and what the
    issue before would say now."""
    own, corrected = facts
    placed = issues.placed(session, stage.line_id, local_day(wanted.cut_off), wanted.cut_off)
    parents = {each.unit_id: each.parent_id for each in placed}
    names = {each.unit_id: each.name for each in placed}
    order = in_tree_order([(u.unit_id, u.level, u.sort_key) for u in placed], parents)
    whole = rolled_up(own, parents)
    return [
        {
            "unit_id": unit_id,
            "parent_id": parents[unit_id],
            "ordinal": ordinal,
            "name": names[unit_id],
            "own": documents.from_facts(own.get(unit_id, UnitFacts())),
            "figures": documents.from_facts(whole[unit_id]),
            "corrected": documents.from_counts(corrected[unit_id].counts)
            if unit_id in corrected
            else None,
        }
        for ordinal, (unit_id, _depth) in enumerate(order)
    ]


def _burden(session: Session, stage: StageInForce, wanted: IssueToFreeze) -> dict[str, Any] | None:
    """What the last closed study week asked of people, in the weekly report alone."""
    sunday = last_checkpoint(stage.first_day, wanted.cut_off)
    if sunday is None or wanted.kind is not ReportKind.WEEKLY:
        return None
    load = real_load.of_week(session, stage, sunday, wanted.cut_off)
    return real_load.to_document(sunday - timedelta(days=6), load)


def store(session: Session, now: datetime, issue: dict[str, Any]) -> int:
    """Store the issue itself, once; its id."""
    session.execute(insert_if_new(session, ReportIssue).values(**issue, recorded_at=now))
    session.flush()
    found = issues.at(session, issue["stage_id"], issue["kind"], issue["cut_off"])
    return found.id


def parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows in parts, one for each transaction."""
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def store_rows(session: Session, issue_id: int, rows: list[dict[str, Any]]) -> None:
    """Store rows of units; those that are there stay as they are."""
    values = [{"issue_id": issue_id, **row} for row in rows]
    session.execute(insert_if_new(session, UnitReport).values(values))


def _stage_at(session: Session, wanted: IssueToFreeze, known_at: datetime) -> StageInForce | None:
    """The stage as it was in force then."""
    stages = figure_facts.stages_in_force(session, known_at, wanted.programme_id)
    return next((each for each in stages if each.identity == wanted.stage_id), None)


@dataclass(frozen=True)
class _Checkpoint:
    """The last checkpoint before a cut-off, with the stage as it was in force at that day's end."""

    day: date
    stage: StageInForce


def _checkpoint(session: Session, wanted: IssueToFreeze, stage: StageInForce) -> _Checkpoint | None:
    day = last_checkpoint(stage.first_day, wanted.cut_off)
    then = None if day is None else _stage_at(session, wanted, end_of_day(day).as_of)
    return None if day is None or then is None else _Checkpoint(day, then)


def _own_facts(
    session: Session,
    stage: StageInForce,
    wanted: IssueToFreeze,
    then: _Checkpoint | None,
    exams: list[ExamOfWeek],
) -> dict[int, UnitFacts]:
    """Per unit the figures of its own members."""
    at = Moment(wanted.cut_off, wanted.cut_off)
    counts = counts_from_facts(session, stage, at)
    judged = None if then is None else counts_from_facts(session, then.stage, end_of_day(then.day))
    sat = _sat(session, stage, at, exams)
    readers = reader_counts.readers_of(session, stage, at)
    units = {*counts, *(judged or {}), *sat}
    return {
        unit_id: UnitFacts(
            counts.get(unit_id, Counts()),
            None if judged is None else judged.get(unit_id, Counts()),
            sat.get(unit_id, {}),
            *readers.get(unit_id, (0, 0)),
        )
        for unit_id in units
    }


def _corrected(
    session: Session, wanted: IssueToFreeze, before: ReportIssue | None
) -> dict[int, UnitFacts]:
    """Per unit what the report before would say by what is known at this cut-off."""
    stage = None if before is None else _stage_at(session, wanted, before.cut_off)
    if before is None or stage is None:
        return {}
    at = Moment(before.cut_off, wanted.cut_off)
    own = counts_from_facts(session, stage, at)
    parents = unit_trees.parents_on(session, stage.line_id, at.day, at.known_at)
    return rolled_up({unit_id: UnitFacts(each) for unit_id, each in own.items()}, parents)


def _exams(
    session: Session, stage: StageInForce, wanted: IssueToFreeze, before: ReportIssue | None
) -> list[ExamOfWeek]:
    since = wanted.cut_off - _WEEK if before is None else before.cut_off
    duties = figure_facts.duties_of(session, [stage.id], wanted.cut_off)[stage.id]
    items = {duty.item_id for duty in duties if duty.required}
    return week_exams.exams_of_week(session, items, since, wanted.cut_off)


def _sat(
    session: Session, stage: StageInForce, at: Moment, exams: Iterable[ExamOfWeek]
) -> dict[int, dict[int, WindowCounts]]:
    """Per unit and exam 应考, 实考 and passed of its own members, as known at the cut-off."""
    found: dict[int, dict[int, WindowCounts]] = {}
    listed = list(exams)
    if not listed:
        return found
    items = {each.item_id for each in listed}
    duties = [
        duty
        for duty in figure_facts.duties_of(session, [stage.id], at.known_at)[stage.id]
        if duty.item_id in items and duty.required
    ]
    exam_of = {each.item_id: each.exam.exam_id for each in listed}
    sat = {each: week_exams.handed_in(session, each, at.as_of) for each in exam_of.values()}
    for facts in figure_facts.facts_of(session, stage.line_id, at, items):
        asked = duties_of(facts, duties, at.as_of)
        states = {exam_of[each.duty.item_id]: each.state for each in asked}
        for exam_id, state in states.items():
            if state is DutyState.EXCUSED:
                continue
            here = facts.person_id in sat[exam_id]
            passed = here and state is DutyState.DONE
            theirs = found.setdefault(facts.unit_id, {})
            mine = WindowCounts(1, int(here), int(passed))
            theirs[exam_id] = theirs.get(exam_id, WindowCounts()) + mine
    return found


def _header(
    session: Session, stage: StageInForce, cut_off: datetime, then: _Checkpoint | None
) -> dict[str, Any]:
    """What holds for every unit of the issue."""
    calendar = figure_facts.calendar_of(session, stage, cut_off)
    time = time_share(calendar, stage.first_day, stage.last_day, cut_off)
    judged = None
    if then is not None:
        first, last = then.stage.first_day, then.stage.last_day
        judged = time_share(calendar, first, last, end_of(then.day))
    return {
        "programme_id": stage.programme_id,
        "programme": stage.programme_name,
        "stage": stage.name,
        "first_day": stage.first_day.isoformat(),
        "last_day": stage.last_day.isoformat(),
        "time": [time.part, time.whole],
        "checkpoint": None if then is None else then.day.isoformat(),
        "time_then": None if judged is None else [judged.part, judged.whole],
    }
