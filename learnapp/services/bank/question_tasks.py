"""命题任务: set for units, followed by what they send in for review, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.bank import question_tasks as queries
from learnapp.db.bank.models import QuestionTask
from learnapp.db.bank.question_tasks import Delivered
from learnapp.db.bank.reach import bank_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.domain.bank.question_tasks import TaskPlan, TaskState, check_plan, state_of
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission

_NOTHING = Delivered(0, 0)


@dataclass(frozen=True)
class TaskLine:
    """A task as it is listed: for which bank, of which unit, what came of it."""

    row: QuestionTask
    bank: str
    unit: str
    done: Delivered
    state: TaskState


def set_tasks(caller: Caller, bank_id: int, units: Sequence[int], plan: TaskPlan, note: str) -> int:
    """Have each of these units owe the bank so many questions; how many units.

    Raises NotFound for a bank or unit out of reach, Forbidden, RuleBroken("units", "name_needed"),
    and as `check_plan`.
    """
    caller.actor.must(Permission.QUESTION_TASK_SET)
    bank = bank_in_reach(caller, bank_id, Permission.QUESTION_TASK_SET)
    check_plan(plan, local_day(caller.now))
    if not units:
        raise RuleBroken("units", "name_needed")
    for unit_id in units:
        if not queries.unit_exists(caller, unit_id):
            raise NotFound("unit_unknown")
        row = QuestionTask(
            bank_id=bank.id,
            unit_id=unit_id,
            count=plan.count,
            due_on=plan.due_on,
            note=note.strip()[: lengths.LINE],
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
        caller.session.add(row)
        about = {"unit": unit_id, "count": plan.count}
        audit_log.record(caller, "question_task.set", ("bank", bank.id), **about)
    caller.session.flush()
    return len(units)


def withdraw(caller: Caller, task_id: int) -> bool:
    """Ask no more for it; what was sent in stays. False for a repeat. Raises NotFound, Forbidden."""
    caller.actor.must(Permission.QUESTION_TASK_SET)
    row = queries.lock(caller, task_id)
    if row is None:
        raise NotFound("task_unknown")
    if row.withdrawn_at is not None:
        return False
    row.withdrawn_at, row.withdrawn_by = caller.now, caller.actor.person_id
    audit_log.record(caller, "question_task.withdrawn", ("bank", row.bank_id), unit=row.unit_id)
    return True


def listed(caller: Caller, offset: int, limit: int) -> tuple[list[TaskLine], int]:
    """A page of those within reach with what came of each, and how many there are."""
    caller.actor.must(Permission.BANK_READ)
    session, day = caller.session, local_day(caller.now)
    rows = queries.rows_of(caller, offset, limit)
    ids = [each.row.id for each in rows]
    done = queries.delivered(session, ids, default_line(session).id, day) if ids else {}
    units = unit_paths.labels(session, {each.row.unit_id for each in rows}, day)
    return [
        TaskLine(
            each.row,
            each.bank,
            units[each.row.unit_id],
            done.get(each.row.id, _NOTHING),
            state_of(
                TaskPlan(each.row.count, each.row.due_on),
                done.get(each.row.id, _NOTHING).sent,
                each.row.withdrawn_at is not None,
                day,
            ),
        )
        for each in rows
    ], queries.count(caller)


def count_owed(caller: Caller) -> int:
    """How many tasks of units within reach of who imports questions lack some, before their day."""
    session, day = caller.session, local_day(caller.now)
    tasks = queries.open_of_units(caller, day)
    if not tasks:
        return 0
    line_id = default_line(session).id
    done = queries.delivered(session, [each.id for each in tasks], line_id, day)
    return sum(done.get(each.id, _NOTHING).sent < each.count for each in tasks)
