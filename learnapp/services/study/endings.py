"""A draft given up, a programme ended: what was asked and done stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.study import programmes as programme_queries
from learnapp.db.study import requirements as requirement_queries
from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.study import programmes
from learnapp.services.study.programmes import Plan, draft_in_reach, plans_in_reach


@dataclass(frozen=True)
class DraftToGiveUp:
    """A draft: what it has, and what holds once it is gone (`first`: nothing, the programme goes)."""

    plan: Plan
    stages: int
    lines: int
    first: bool


def draft_to_give_up(caller: Caller, programme_id: int) -> DraftToGiveUp:
    """What giving a draft up takes away. Raises NotFound, Conflict("revision_published")."""
    plan = draft_in_reach(caller, programme_id)
    plans = plans_in_reach(caller, programme_id)
    lines = sum(
        len(requirement_queries.item_ids_of(caller.session, each.stage.id)) for each in plans
    )
    return DraftToGiveUp(plan, len(plans), lines, plan.revision.number == 1)


def give_up_draft(caller: Caller, programme_id: int) -> None:
    """Remove the draft of a published programme; put a programme that never was published away.

    Exams that were made for it stay and can be asked again. Raises NotFound, Conflict.
    """
    found = draft_to_give_up(caller, programme_id)
    if found.first:
        found.plan.programme.retired_at = caller.now
    else:
        programme_queries.delete_revision(caller.session, found.plan.revision.id)
    caller.session.flush()
    audit_log.record(
        caller, "programme.draft_deleted", ("programme", programme_id), count=found.lines
    )


@dataclass(frozen=True)
class Ending:
    """What ending a programme takes out: lines planned after the end of this study week, and stages
    that begin after it; the others end with it."""

    plan: Plan
    last_day: date
    lines: int
    stages: list[str]


def ending_of(caller: Caller, programme_id: int) -> Ending:
    """What `end` would do. Raises NotFound, RuleBroken("programme", code): has_draft (a draft is to be
    published or given up first), not_begun_yet."""
    plans = plans_in_reach(caller, programme_id)
    if plans[0].revision.published_at is None:
        raise RuleBroken("programme", "has_draft")
    last = week_of(local_day(caller.now))[1]
    if all(each.stage.first_day > last for each in plans):
        raise RuleBroken("programme", "not_begun_yet")
    later = [requirement_queries.lines_after(caller.session, e.stage.id, last) for e in plans]
    gone = [each.stage.name for each in plans if each.stage.first_day > last]
    return Ending(plans[0], last, sum(later), gone)


def end(caller: Caller, programme_id: int) -> Plan:
    """Begin a draft in which the programme ends with this study week; publishing it ends it.

    What is planned until then stays, and so does every figure. Raises as `ending_of` does.
    """
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    last = ending_of(caller, programme_id).last_day
    plan = programmes.revise(caller, programme_id)
    for each in plans_in_reach(caller, programme_id):
        if each.stage.first_day > last:
            requirement_queries.delete_stage(caller.session, each.stage.id)
            continue
        requirement_queries.delete_lines_after(caller.session, each.stage.id, last)
        each.stage.last_day = min(each.stage.last_day, last)
    caller.session.flush()
    audit_log.record(caller, "programme.ending", ("programme", programme_id))
    return plan
