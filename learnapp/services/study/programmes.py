"""Programmes: a draft revision with a stage, readings spread over study days, exams; publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.models import AuthorityLine
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.study.models import (
    CalendarOverride,
    Programme,
    ProgrammeRevision,
    Requirement,
    Stage,
)
from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import RevisionState

_LONGEST_STAGE = timedelta(days=730)


@dataclass(frozen=True)
class StagePlan:
    """A stage as an admin plans it; both days included."""

    name: str
    first_day: date
    last_day: date


def add_programme(
    caller: Caller,
    owner_unit_id: int,
    line: AuthorityLine,
    name: str,
    calendar: CalendarKind,
    stage: StagePlan,
) -> tuple[Programme, Stage]:
    """A programme with its first draft revision of one stage.

    Raises RuleBroken: name_needed, dates_out_of_order, stage_too_long, no_study_days.
    """
    session = caller.session
    require_scope(
        session,
        caller.actor,
        Permission.PROGRAMME_EDIT,
        owner_unit_id,
        local_day(caller.now),
    )
    _check(name, calendar, stage)
    programme = Programme(
        owner_unit_id=owner_unit_id,
        line_id=line.id,
        name=name.strip(),
        calendar=calendar,
        recorded_at=caller.now,
    )
    session.add(programme)
    session.flush()
    row = _first_stage(caller, programme.id, stage)
    audit_log.record(caller, "programme.added", ("programme", programme.id))
    return programme, row


def _first_stage(caller: Caller, programme_id: int, stage: StagePlan) -> Stage:
    """The first draft revision with its one stage."""
    session = caller.session
    revision = ProgrammeRevision(
        programme_id=programme_id,
        number=1,
        state=RevisionState.DRAFT,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
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
            self.revision.published_at,
            self.stage.begun_as,
        )


def programmes_in_reach(caller: Caller) -> list[Plan]:
    """The programmes within reach, newest first, each with its newest revision."""
    caller.actor.must(Permission.PROGRAMME_EDIT)
    reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, local_day(caller.now))
    newest = (
        select(func.max(ProgrammeRevision.number))
        .where(ProgrammeRevision.programme_id == Programme.id)
        .correlate(Programme)
        .scalar_subquery()
    )
    rows = caller.session.execute(
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


def plan_in_reach(caller: Caller, programme_id: int) -> Plan:
    """One programme's newest revision. Raises NotFound."""
    for plan in programmes_in_reach(caller):
        if plan.programme.id == programme_id:
            return plan
    raise NotFound("programme_unknown")


def draft_in_reach(caller: Caller, programme_id: int) -> Plan:
    plan = plan_in_reach(caller, programme_id)
    if plan.revision.state != RevisionState.DRAFT:
        raise Conflict("revision_published")
    return plan


def revise(caller: Caller, programme_id: int) -> Plan:
    """Begin a new draft as a copy of the published revision, or take up the one begun."""
    session = caller.session
    plan = plan_in_reach(caller, programme_id)
    if plan.revision.state == RevisionState.DRAFT:
        return plan
    revision = ProgrammeRevision(
        programme_id=programme_id,
        number=plan.revision.number + 1,
        state=RevisionState.DRAFT,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
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
        begun_as=old.begun_as or old.id,
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
    caller: Caller,
    programme_id: int,
    day: date,
    is_study_day: bool,
    reason: str,
) -> None:
    """Declare a day to count, or not, whatever the public calendar says."""
    plan = plan_in_reach(caller, programme_id)
    caller.session.add(
        CalendarOverride(
            programme_id=plan.programme.id,
            day=day,
            is_study_day=is_study_day,
            reason=reason,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    caller.session.flush()
    audit_log.record(caller, "calendar.overridden", ("programme", programme_id), day=str(day))
