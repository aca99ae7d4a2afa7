"""Programmes: their draft revisions of one or more stages, begun, reached, revised, given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.study import programmes as programme_queries
from learnapp.db.study import requirements as requirement_queries
from learnapp.db.study.models import (
    CalendarOverride,
    Programme,
    ProgrammeRevision,
    Requirement,
    Stage,
)
from learnapp.db.study.programmes import Plan as Plan
from learnapp.db.study.programmes import ProgrammeRow as ProgrammeRow
from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import RevisionState
from learnapp.domain.study.stage_plan import StagePlan as StagePlan
from learnapp.domain.study.stage_plan import check_stage


@dataclass(frozen=True)
class NewProgramme:
    """A programme to be added: whose, on which line, by which name, counting which days."""

    owner_unit_id: int
    line_id: int
    name: str
    calendar: CalendarKind


def add_programme(
    caller: Caller, wanted: NewProgramme, stage: StagePlan, *more: StagePlan
) -> tuple[Programme, Stage]:
    """A programme with its first draft revision of one or more stages, and the first of them.

    Raises RuleBroken: name_needed, dates_out_of_order, stage_too_long, no_study_days.
    """
    session = caller.session
    require_scope(
        session,
        caller.actor,
        Permission.PROGRAMME_EDIT,
        wanted.owner_unit_id,
        local_day(caller.now),
    )
    if not wanted.name.strip():
        raise RuleBroken("name", "name_needed")
    for each in (stage, *more):
        check_stage(each, StudyCalendar(wanted.calendar))
    programme = Programme(
        owner_unit_id=wanted.owner_unit_id,
        line_id=wanted.line_id,
        name=wanted.name.strip(),
        calendar=wanted.calendar,
        recorded_at=caller.now,
    )
    session.add(programme)
    session.flush()
    row = _first_stages(caller, programme.id, (stage, *more))
    audit_log.record(caller, "programme.added", ("programme", programme.id))
    return programme, row


def _first_stages(caller: Caller, programme_id: int, stages: Sequence[StagePlan]) -> Stage:
    """The first draft revision with its stages; the first of them."""
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
    rows = [new_stage(revision.id, n, each) for n, each in enumerate(stages, 1)]
    session.add_all(rows)
    session.flush()
    return rows[0]


def new_stage(revision_id: int, ordinal: int, stage: StagePlan) -> Stage:
    """A stage that no revision had before, as a row."""
    return Stage(
        revision_id=revision_id,
        ordinal=ordinal,
        name=stage.name.strip(),
        first_day=stage.first_day,
        last_day=stage.last_day,
    )


def programmes_in_reach(
    caller: Caller, state: RevisionState | None, span: tuple[int, int]
) -> tuple[list[ProgrammeRow], int]:
    """A page (offset, limit) of the programmes within reach, the newest first, and how many there are."""
    caller.actor.must(Permission.PROGRAMME_EDIT)
    reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, local_day(caller.now))
    return programme_queries.list_programmes(caller.session, reach, state, span)


def plans_in_reach(caller: Caller, programme_id: int) -> list[Plan]:
    """The stages of a programme's newest revision, in order. Raises NotFound."""
    caller.actor.must(Permission.PROGRAMME_EDIT)
    reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, local_day(caller.now))
    found = programme_queries.newest_plans(caller.session, reach, programme_id)
    if not found:
        raise NotFound("programme_unknown")
    return found


def plan_in_reach(caller: Caller, programme_id: int, stage: int | None = None) -> Plan:
    """A programme's newest revision with its stage of this identity, or its first. Raises NotFound."""
    plans = plans_in_reach(caller, programme_id)
    if stage is None:
        return plans[0]
    for plan in plans:
        if plan.identity == stage:
            return plan
    raise NotFound("stage_unknown")


def draft_in_reach(caller: Caller, programme_id: int, stage: int | None = None) -> Plan:
    """The same of a draft. Raises NotFound, Conflict("revision_published")."""
    plan = plan_in_reach(caller, programme_id, stage)
    if plan.revision.state != RevisionState.DRAFT:
        raise Conflict("revision_published")
    return plan


def revise(caller: Caller, programme_id: int) -> Plan:
    """Begin a new draft as a copy of the published revision, or take up the one begun."""
    session = caller.session
    plans = plans_in_reach(caller, programme_id)
    plan = plans[0]
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
    copies = [_copy_stage(session, revision, each) for each in plans]
    audit_log.record(caller, "programme.revised", ("programme", programme_id))
    return Plan(plan.programme, revision, copies[0])


def _copy_stage(session: Session, revision: ProgrammeRevision, plan: Plan) -> Stage:
    """A stage of the revision before in a new one, with its lines and its identity."""
    old = plan.stage
    stage = Stage(
        revision_id=revision.id,
        ordinal=old.ordinal,
        name=old.name,
        first_day=old.first_day,
        last_day=old.last_day,
        begun_as=plan.identity,
    )
    session.add(stage)
    session.flush()
    _copy_requirements(session, old, stage)
    return stage


def _copy_requirements(session: Session, old: Stage, new: Stage) -> None:
    for asked in requirement_queries.asked_by_stage(session, old.id):
        row = asked.row
        session.add(
            Requirement(
                stage_id=new.id,
                item_id=row.item_id,
                required=row.required,
                plan_day=row.plan_day,
                due_at=row.due_at,
                audience=row.audience,
                pinned=row.pinned,
            )
        )
    session.flush()


def override_day(
    caller: Caller,
    programme_id: int,
    day: date,
    is_study_day: bool,
    reason: str,
) -> None:
    """Declare a day to count, or not, regardless of the public calendar."""
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
