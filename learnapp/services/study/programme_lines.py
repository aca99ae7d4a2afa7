"""The lines of a draft: readings and exams asked, taken out, and given their days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.corrections import due_times
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress.figure_facts import calendar_of
from learnapp.db.study import programmes as programme_queries
from learnapp.db.study import readings as reading_queries
from learnapp.db.study import requirements as requirement_queries
from learnapp.db.study.models import Item, Requirement
from learnapp.db.study.requirements import AskedItem
from learnapp.domain.core.calendar import end_of, local_day, week_end
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.study.planning import PlannedLine, arrange, is_past
from learnapp.domain.study.programme import ANYBODY, Audience, ItemKind
from learnapp.services.study import readings
from learnapp.services.study.programmes import Plan, draft_in_reach, plans_in_reach

_MOST_DROPPED = 20


def require_reading(
    caller: Caller,
    programme_id: int,
    reading_id: int,
    required: bool = True,
    stage: int | None = None,
) -> int:
    """Ask a reading's portions of everybody, each on a study day; how many portions were added.

    `stage`: the identity of the stage that asks it; the first without one.

    The portions that are not yet planned in the past are spread again (see `planning.arrange`).
    Raises RuleBroken("last_day", "stage_is_over").
    """
    session = caller.session
    plan = draft_in_reach(caller, programme_id, stage)
    readings.reading_in_reach(caller, reading_id)
    items = reading_queries.items_of(session, reading_id)
    known = requirement_queries.item_ids_of(session, plan.stage.id)
    fresh = [item for item in items if item.id not in known]
    first = plan.stage.first_day
    everybody = _everybody(plan)
    for item in fresh:
        line = PlannedLine(item.id, first, week_end(first))
        _require(session, plan, line, required, everybody)
    session.flush()
    give_days(session, plan, local_day(caller.now))
    return len(fresh)


def require_readings(
    caller: Caller,
    programme_id: int,
    reading_ids: Sequence[int],
    required: bool = True,
    stage: int | None = None,
) -> int:
    """Ask several readings: `require_reading` of each, in this order; how many portions were added."""
    return sum(require_reading(caller, programme_id, each, required, stage) for each in reading_ids)


def _everybody(plan: Plan) -> Audience:
    """The people of the programme's unit and all below it."""
    return Audience(frozenset({plan.programme.owner_unit_id}))


def _require(
    session: Session, plan: Plan, line: PlannedLine, required: bool, audience: Audience
) -> None:
    session.add(
        Requirement(
            stage_id=plan.stage.id,
            item_id=line.item_id,
            required=required,
            plan_day=line.plan_day,
            due_at=line.due_at,
            audience=audience.to_json(),
        )
    )


def rows_of(session: Session, stage_id: int) -> list[tuple[Requirement, PlannedLine]]:
    """A stage's requirements in the order in which they were added, each as planning sees it: an exam
    falls due as its windows were corrected."""
    asked = requirement_queries.asked_by_stage(session, stage_id)
    times = due_times(session, {each.row.item_id for each in asked if each.kind == ItemKind.EXAM})
    return [
        (
            each.row,
            PlannedLine(
                each.row.item_id,
                each.row.plan_day,
                times.of(each.row.item_id, each.row.due_at) or each.row.due_at,
                each.kind == ItemKind.EXAM,
                each.row.pinned,
            ),
        )
        for each in asked
    ]


def published_rows(
    session: Session, plan: Plan, itself: bool = False
) -> list[tuple[Requirement, PlannedLine]]:
    """The lines of the revision in force before the draft, or of the plan itself; none at first."""
    newest = plan.revision.number if itself else plan.revision.number - 1
    before = programme_queries.published_stage(session, plan, newest)
    return [] if before is None else rows_of(session, before)


def published_lines(session: Session, plan: Plan) -> dict[int, PlannedLine]:
    """The same by item, as planning sees them."""
    return {line.item_id: line for _, line in published_rows(session, plan)}


def fixed_items(session: Session, plan: Plan, today: date) -> set[int]:
    """The items that the revision in force planned before today: a draft leaves them as they are."""
    return {id_ for id_, line in published_lines(session, plan).items() if is_past(line, today)}


def arranged(session: Session, plan: Plan, today: date) -> list[tuple[Requirement, PlannedLine]]:
    """The draft's requirements, each with the days it gets when published today.

    Raises RuleBroken("last_day", "stage_is_over").
    """
    rows = rows_of(session, plan.stage.id)
    days = calendar_of(session, plan.in_force).study_days(plan.stage.first_day, plan.stage.last_day)
    before = published_lines(session, plan)
    lines = arrange([line for _, line in rows], before, days, plan.stage, today)
    return [(row, line) for (row, _), line in zip(rows, lines, strict=True)]


def give_days(session: Session, plan: Plan, today: date) -> None:
    """Write to the draft the days that its lines get when published today."""
    for row, line in arranged(session, plan, today):
        row.plan_day, row.due_at = line.plan_day, line.due_at
    session.flush()


def require_exam(caller: Caller, programme_id: int, exam_id: int, stage: int | None = None) -> None:
    """Ask an exam of everybody: `require_exams` of one."""
    require_exams(caller, draft_in_reach(caller, programme_id, stage), [exam_id])


def require_exams(
    caller: Caller, plan: Plan, exam_ids: Sequence[int], of: Audience = ANYBODY
) -> None:
    """Ask exams of these people (where it names no unit: of the programme's unit and all below it), each
    on the day its first batch opens; it is due when the last closes. A trial is offered, never required.

    An exam that the stage asks already stays as it is. Raises NotFound, RuleBroken: outside_the_stage.
    """
    session = caller.session
    caller.actor.must(Permission.EXAM_EDIT)
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, local_day(caller.now))
    found = requirement_queries.exams_in_time(session, exam_ids, reach)
    if len(found) < len(set(exam_ids)):
        raise NotFound("exam_unknown")
    asked = requirement_queries.item_ids_of(session, plan.stage.id)
    audience = of if of.unit_ids else replace(of, unit_ids=_everybody(plan).unit_ids)
    for each in found:
        day = local_day(each.opens_at)
        if not plan.stage.first_day <= day <= plan.stage.last_day:
            raise RuleBroken("opens_at", "outside_the_stage")
        if each.closes_at > end_of(plan.stage.last_day):
            raise RuleBroken("closes_at", "outside_the_stage")
        if each.item_id not in asked:
            line = PlannedLine(each.item_id, day, each.closes_at, by_window=True)
            _require(session, plan, line, each.kind != ExamKind.TRIAL, audience)
    session.flush()


def stage_of_line(caller: Caller, programme_id: int, requirement_id: int) -> Plan:
    """The draft's stage that has a line; its first where none has. Raises NotFound, Conflict."""
    first = draft_in_reach(caller, programme_id)
    stage_id = requirement_queries.stage_of(caller.session, requirement_id)
    for plan in plans_in_reach(caller, programme_id):
        if plan.stage.id == stage_id:
            return plan
    return first


def drop_requirement(caller: Caller, programme_id: int, requirement_id: int) -> None:
    """Take a line out of the draft; a repeat changes nothing.

    Raises RuleBroken("programme", "planned_in_the_past") for a line that the revision in force
    planned before today: what was asked stays asked.
    """
    session = caller.session
    plan = stage_of_line(caller, programme_id, requirement_id)
    today = local_day(caller.now)
    item_id = requirement_queries.item_asked(session, plan.stage.id, requirement_id)
    if item_id in fixed_items(session, plan, today):
        raise RuleBroken("programme", "planned_in_the_past")
    session.execute(
        delete(Requirement).where(
            Requirement.id == requirement_id, Requirement.stage_id == plan.stage.id
        )
    )
    give_days(session, plan, today)


def dropped_exams(caller: Caller, plan: Plan) -> list[Exam]:
    """The exams within reach that neither this draft nor another programme asks, with a main window to
    come in the draft's stage: one that was taken out by mistake can be asked again."""
    reach = units_in_scope(caller.actor, Permission.EXAM_EDIT, local_day(caller.now))
    return requirement_queries.exams_to_ask(caller.session, plan, reach, caller.now, _MOST_DROPPED)


@dataclass(frozen=True)
class PlanLine:
    """A requirement as the plan's table shows it."""

    requirement_id: int
    item_id: int
    title: str
    kind: str
    required: bool
    plan_day: date
    due_at: datetime
    cancelled: bool = False  # an exam whose first windows are all cancelled: nobody owes it


def lines_of(session: Session, stage_id: int) -> list[PlanLine]:
    """The stage's requirements in plan order."""
    asked = requirement_queries.asked_by_stage(session, stage_id)
    asked.sort(key=lambda each: (each.row.plan_day, each.row.due_at, each.row.id))
    times = due_times(session, {each.row.item_id for each in asked})
    return [_line(each, times.of(each.row.item_id, each.row.due_at)) for each in asked]


def _line(asked: AskedItem, due_at: datetime | None) -> PlanLine:
    row = asked.row
    return PlanLine(
        row.id,
        row.item_id,
        asked.title,
        asked.kind,
        row.required,
        row.plan_day,
        due_at or row.due_at,
        cancelled=due_at is None,
    )


def title_of(session: Session, row: Requirement) -> str:
    """What a line asks, by name."""
    return session.get_one(Item, row.item_id).title
