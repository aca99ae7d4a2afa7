"""Programmes: a draft revision with a stage, readings spread over study days, exams; publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams import Exam, ExamWindow
from learnapp.db.people import Line
from learnapp.db.progress import StageInForce, calendar_of, duties_of
from learnapp.db.scope import must_reach, units_in_scope
from learnapp.db.study import (
    CalendarOverride,
    Item,
    Portion,
    Programme,
    ProgrammeRevision,
    Requirement,
    Stage,
)
from learnapp.domain.calendar import CalendarKind, StudyCalendar, local_day, spread, week_end
from learnapp.domain.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.permissions import Actor, Permission
from learnapp.domain.programme import Audience, RevisionState
from learnapp.services import audit, progress, readings

_LONGEST_STAGE = timedelta(days=730)


@dataclass(frozen=True)
class StagePlan:
    """A stage as an admin plans it; both days included."""

    name: str
    first_day: date
    last_day: date


def add_programme(
    session: Session,
    actor: Actor,
    now: datetime,
    owner_unit_id: int,
    line: Line,
    name: str,
    calendar: CalendarKind,
    stage: StagePlan,
) -> tuple[Programme, Stage]:
    """A programme with its first draft revision of one stage.

    Raises RuleBroken: name_needed, dates_out_of_order, stage_too_long, no_study_days.
    """
    must_reach(session, actor, Permission.PROGRAMME_EDIT, owner_unit_id, local_day(now))
    _check(name, calendar, stage)
    programme = Programme(
        owner_unit_id=owner_unit_id,
        line_id=line.id,
        name=name.strip(),
        calendar=calendar,
        recorded_at=now,
    )
    session.add(programme)
    session.flush()
    row = _first_stage(session, actor, now, programme.id, stage)
    audit.record(session, actor, now, "programme.added", ("programme", programme.id))
    return programme, row


def _first_stage(
    session: Session, actor: Actor, now: datetime, programme_id: int, stage: StagePlan
) -> Stage:
    """The first draft revision with its one stage."""
    revision = ProgrammeRevision(
        programme_id=programme_id,
        number=1,
        state=RevisionState.DRAFT,
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(revision)
    session.flush()
    row = Stage(
        revision_id=revision.id,
        ordinal=1,
        name=stage.name.strip(),
        first_day=stage.first_day,
        last_day=stage.last_day,
    )
    session.add(row)
    session.flush()
    return row


def _check(name: str, calendar: CalendarKind, stage: StagePlan) -> None:
    if not name.strip():
        raise RuleBroken("name", "name_needed")
    if not stage.name.strip():
        raise RuleBroken("stage_name", "name_needed")
    if stage.last_day < stage.first_day:
        raise RuleBroken("last_day", "dates_out_of_order")
    if stage.last_day - stage.first_day > _LONGEST_STAGE:
        raise RuleBroken("last_day", "stage_too_long")
    if not StudyCalendar(calendar).study_days(stage.first_day, stage.last_day):
        raise RuleBroken("last_day", "no_study_days")


@dataclass(frozen=True)
class Plan:
    """A programme's newest revision with its stage, as the admin's page shows it."""

    programme: Programme
    revision: ProgrammeRevision
    stage: Stage

    @property
    def in_force(self) -> StageInForce:
        """The stage in the shape that the figures' queries take."""
        return StageInForce(
            self.stage.id,
            self.programme.id,
            self.stage.ordinal,
            self.stage.name,
            self.programme.name,
            self.programme.line_id,
            self.programme.owner_unit_id,
            self.stage.first_day,
            self.stage.last_day,
            self.programme.calendar,
        )


def programmes_in_reach(session: Session, actor: Actor, now: datetime) -> list[Plan]:
    """The programmes within reach, newest first, each with its newest revision."""
    actor.must(Permission.PROGRAMME_EDIT)
    reach = units_in_scope(actor, Permission.PROGRAMME_EDIT, local_day(now))
    newest = (
        select(func.max(ProgrammeRevision.number))
        .where(ProgrammeRevision.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Programme, ProgrammeRevision, Stage)
        .join(ProgrammeRevision, ProgrammeRevision.programme_id == Programme.id)
        .join(Stage, Stage.revision_id == ProgrammeRevision.id)
        .where(
            Programme.owner_unit_id.in_(reach),
            Programme.retired_at.is_(None),
            ProgrammeRevision.number == newest,
        )
        .order_by(Programme.id.desc(), Stage.ordinal)
    )
    return [Plan(*row) for row in rows]


def plan_in_reach(session: Session, actor: Actor, now: datetime, programme_id: int) -> Plan:
    """One programme's newest revision. Raises NotFound."""
    for plan in programmes_in_reach(session, actor, now):
        if plan.programme.id == programme_id:
            return plan
    raise NotFound("programme_unknown")


def _draft(session: Session, actor: Actor, now: datetime, programme_id: int) -> Plan:
    plan = plan_in_reach(session, actor, now, programme_id)
    if plan.revision.state != RevisionState.DRAFT:
        raise Conflict("revision_published")
    return plan


def require_reading(
    session: Session,
    actor: Actor,
    now: datetime,
    programme_id: int,
    reading_id: int,
    required: bool = True,
) -> int:
    """Ask a reading's portions of everybody, each on a study day; all readings are spread anew.

    Each portion is due at the end of its study week, or of the stage if that is sooner. How many
    portions were added.
    """
    plan = _draft(session, actor, now, programme_id)
    readings.reading_in_reach(session, actor, now, reading_id)
    items = session.scalars(
        select(Item)
        .join(Portion, Portion.id == Item.portion_id)
        .where(Portion.reading_id == reading_id)
        .order_by(Portion.ordinal)
    ).all()
    known = set(
        session.scalars(select(Requirement.item_id).where(Requirement.stage_id == plan.stage.id))
    )
    fresh = [item for item in items if item.id not in known]
    for item in fresh:
        _require(session, plan, item.id, plan.stage.first_day, required)
    session.flush()
    _spread(session, plan)
    return len(fresh)


def _require(
    session: Session,
    plan: Plan,
    item_id: int,
    plan_day: date,
    required: bool,
    due_at: datetime | None = None,
) -> None:
    audience = Audience(unit_ids=frozenset({plan.programme.owner_unit_id}))
    session.add(
        Requirement(
            stage_id=plan.stage.id,
            item_id=item_id,
            required=required,
            plan_day=plan_day,
            due_at=due_at or week_end(plan_day),
            audience=audience.to_json(),
        )
    )


def _spread(session: Session, plan: Plan) -> None:
    """Give every portion of the draft its plan day, in the order in which they were added."""
    rows = session.scalars(
        select(Requirement)
        .join(Item, Item.id == Requirement.item_id)
        .where(Requirement.stage_id == plan.stage.id, Item.portion_id.is_not(None))
        .order_by(Requirement.id)
    ).all()
    calendar = calendar_of(session, plan.in_force)
    days = calendar.study_days(plan.stage.first_day, plan.stage.last_day)
    end = week_end(plan.stage.last_day)
    for row, day in zip(rows, spread(days, len(rows)), strict=True):
        row.plan_day, row.due_at = day, min(week_end(day), end)
    session.flush()


def require_exam(
    session: Session, actor: Actor, now: datetime, programme_id: int, exam_id: int
) -> None:
    """Ask an exam of everybody; due when its first window closes."""
    plan = _draft(session, actor, now, programme_id)
    exam = session.get(Exam, exam_id)
    if exam is None or exam.owner_unit_id is None:
        raise NotFound("exam_unknown")
    must_reach(session, actor, Permission.EXAM_EDIT, exam.owner_unit_id, local_day(now))
    window = session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == exam_id).order_by(ExamWindow.closes_at)
    ).first()
    item_id = session.scalar(select(Item.id).where(Item.exam_id == exam_id))
    if window is None or item_id is None:
        raise NotFound("exam_unknown")
    day = local_day(window.opens_at)
    if not plan.stage.first_day <= day <= plan.stage.last_day:
        raise RuleBroken("opens_at", "outside_the_stage")
    known = select(Requirement.id).where(
        Requirement.stage_id == plan.stage.id, Requirement.item_id == item_id
    )
    if session.scalar(known) is None:
        _require(session, plan, item_id, day, True, due_at=window.closes_at)
        session.flush()


def drop_requirement(
    session: Session, actor: Actor, now: datetime, programme_id: int, requirement_id: int
) -> None:
    """Take a line out of the draft; a repeat changes nothing."""
    plan = _draft(session, actor, now, programme_id)
    session.execute(
        delete(Requirement).where(
            Requirement.id == requirement_id, Requirement.stage_id == plan.stage.id
        )
    )
    _spread(session, plan)


@dataclass(frozen=True)
class PlanLine:
    """A requirement as the plan's table shows it."""

    requirement_id: int
    title: str
    kind: str
    required: bool
    plan_day: date
    due_at: datetime


def lines_of(session: Session, stage_id: int) -> list[PlanLine]:
    """The stage's requirements in plan order."""
    rows = session.execute(
        select(
            Requirement.id,
            Item.title,
            Item.kind,
            Requirement.required,
            Requirement.plan_day,
            Requirement.due_at,
        )
        .join(Item, Item.id == Requirement.item_id)
        .where(Requirement.stage_id == stage_id)
        .order_by(Requirement.plan_day, Requirement.due_at, Requirement.id)
    )
    return [PlanLine(*row) for row in rows]


def publish(session: Session, actor: Actor, now: datetime, programme_id: int) -> int:
    """Put the draft in force; from now on it is asked of people. How many people it reaches.

    A repeat changes nothing. Raises RuleBroken("programme", "nothing_required").
    """
    actor.must(Permission.PROGRAMME_PUBLISH)
    plan = plan_in_reach(session, actor, now, programme_id)
    if plan.revision.state == RevisionState.DRAFT:
        if not any(duty.required for duty in duties_of(session, [plan.stage.id])[plan.stage.id]):
            raise RuleBroken("programme", "nothing_required")
        plan.revision.state = RevisionState.PUBLISHED
        plan.revision.published_at = now
        plan.revision.published_by = actor.person_id
        session.flush()
        audit.record(session, actor, now, "programme.published", ("programme", programme_id))
        progress.refresh(session, now)
    return sum(c.people for c in progress.counts_now(session, plan.stage.id))


def revise(session: Session, actor: Actor, now: datetime, programme_id: int) -> Plan:
    """Begin a new draft as a copy of the published revision, or take up the one begun."""
    plan = plan_in_reach(session, actor, now, programme_id)
    if plan.revision.state == RevisionState.DRAFT:
        return plan
    revision = ProgrammeRevision(
        programme_id=programme_id,
        number=plan.revision.number + 1,
        state=RevisionState.DRAFT,
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(revision)
    session.flush()
    old = plan.stage
    stage = Stage(
        revision_id=revision.id,
        ordinal=old.ordinal,
        name=old.name,
        first_day=old.first_day,
        last_day=old.last_day,
    )
    session.add(stage)
    session.flush()
    for row in session.scalars(
        select(Requirement).where(Requirement.stage_id == old.id).order_by(Requirement.id)
    ):
        session.add(
            Requirement(
                stage_id=stage.id,
                item_id=row.item_id,
                required=row.required,
                plan_day=row.plan_day,
                due_at=row.due_at,
                audience=row.audience,
            )
        )
    session.flush()
    return Plan(plan.programme, revision, stage)


def override_day(
    session: Session,
    actor: Actor,
    now: datetime,
    programme_id: int,
    day: date,
    is_study_day: bool,
    reason: str,
) -> None:
    """Declare a day to count, or not, whatever the public calendar says."""
    plan = plan_in_reach(session, actor, now, programme_id)
    session.add(
        CalendarOverride(
            programme_id=plan.programme.id,
            day=day,
            is_study_day=is_study_day,
            reason=reason,
            recorded_at=now,
            recorded_by=actor.person_id,
        )
    )
    session.flush()
    audit.record(
        session, actor, now, "calendar.overridden", ("programme", programme_id), day=str(day)
    )
