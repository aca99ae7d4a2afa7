"""The stages of a draft: added, given other names and days, taken out; they may overlap (压茬)."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.progress.figure_facts import calendar_of
from learnapp.db.study import requirements as requirement_queries
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.study.stage_plan import StagePlan, check_stage
from learnapp.services.study import programmes
from learnapp.services.study.programme_lines import fixed_items, give_days
from learnapp.services.study.programmes import Plan, draft_in_reach, plans_in_reach


def add_stage(caller: Caller, programme_id: int, stage: StagePlan) -> Plan:
    """A further stage in the programme's draft, which is begun where there is none. Raises as
    `check_stage` does."""
    first = programmes.revise(caller, programme_id)
    check_stage(stage, calendar_of(caller.session, first.in_force))
    plans = plans_in_reach(caller, programme_id)
    ordinal = max(each.stage.ordinal for each in plans) + 1
    row = programmes.new_stage(first.revision.id, ordinal, stage)
    caller.session.add(row)
    caller.session.flush()
    audit_log.record(caller, "stage.added", ("programme", programme_id))
    return Plan(first.programme, first.revision, row)


def change_stage(caller: Caller, programme_id: int, identity: int, stage: StagePlan) -> Plan:
    """Give a stage another name or other days in the draft, which is begun where there is none.

    What is planned in it from today on follows its days; what was asked before today stays. Raises
    RuleBroken: as `check_stage` does, exam_outside (an exam would lie outside), stage_is_over.
    """
    programmes.revise(caller, programme_id)
    plan = draft_in_reach(caller, programme_id, identity)
    check_stage(stage, calendar_of(caller.session, plan.in_force))
    _check_exams(caller, plan, stage)
    row = plan.stage
    row.name, row.first_day, row.last_day = stage.name.strip(), stage.first_day, stage.last_day
    caller.session.flush()
    give_days(caller.session, plan, local_day(caller.now))
    audit_log.record(caller, "stage.changed", ("programme", programme_id))
    return plan


def _check_exams(caller: Caller, plan: Plan, stage: StagePlan) -> None:
    """Raise RuleBroken unless the exams that the stage asks from today on stay within its days."""
    today = local_day(caller.now)
    for title, day in requirement_queries.exam_days(caller.session, plan.stage.id):
        if day >= today and not stage.first_day <= day <= stage.last_day:
            raise RuleBroken("last_day", "exam_outside", title=title)


def drop_stage(caller: Caller, programme_id: int, identity: int) -> None:
    """Take a stage out of the draft, which is begun where there is none, with all its lines.

    Raises RuleBroken: last_stage (the only one), stage_has_past (something was asked before today).
    """
    programmes.revise(caller, programme_id)
    plan = draft_in_reach(caller, programme_id, identity)
    if len(plans_in_reach(caller, programme_id)) == 1:
        raise RuleBroken("stage", "last_stage")
    if fixed_items(caller.session, plan, local_day(caller.now)):
        raise RuleBroken("stage", "stage_has_past", name=plan.stage.name)
    requirement_queries.delete_stage(caller.session, plan.stage.id)
    audit_log.record(caller, "stage.dropped", ("programme", programme_id))
