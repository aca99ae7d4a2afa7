"""Named queries of 命题任务: within reach, with how many questions came of each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import CTE, ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionTask, QuestionVersion
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.caller import Caller
from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.people import unit_trees
from learnapp.db.people.models import Membership, Placement, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission

_PLACE = lasting_alias(Placement)


class TaskRow(NamedTuple):
    """A task with the name of its bank."""

    row: QuestionTask
    bank: str


def _within(caller: Caller, permission: Permission) -> ColumnElement[bool]:
    """Tasks of units, or for banks, over which the actor holds a right."""
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    banks = select(Bank.id).where(Bank.owner_unit_id.in_(reach))
    return or_(QuestionTask.unit_id.in_(reach), QuestionTask.bank_id.in_(banks))


def rows_of(caller: Caller, offset: int, limit: int) -> list[TaskRow]:
    """Those within reach of who reads banks, the last to fall due first."""
    rows = caller.session.execute(
        select(QuestionTask, Bank.name)
        .join(Bank, Bank.id == QuestionTask.bank_id)
        .where(_within(caller, Permission.BANK_READ))
        .order_by(QuestionTask.due_on.desc(), QuestionTask.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [TaskRow(*row) for row in rows]


def count(caller: Caller) -> int:
    """How many there are within reach."""
    found = select(func.count(QuestionTask.id)).where(_within(caller, Permission.BANK_READ))
    return caller.session.scalar(found) or 0


def lock(caller: Caller, task_id: int) -> QuestionTask | None:
    """One whose bank is within reach of who sets tasks, locked."""
    reach = units_in_scope(caller.actor, Permission.QUESTION_TASK_SET, local_day(caller.now))
    return caller.session.scalar(
        select(QuestionTask)
        .join(Bank, Bank.id == QuestionTask.bank_id)
        .where(QuestionTask.id == task_id, Bank.owner_unit_id.in_(reach))
        .with_for_update(of=QuestionTask)
    )


class Delivered(NamedTuple):
    """What came of a task: how many questions were sent in, and how many of them are published."""

    sent: int
    published: int


def _below(tasks: Collection[int], line_id: int, day: date) -> CTE:
    """(task, unit) of each task's unit and all below it."""
    below = (
        select(QuestionTask.id.label("task_id"), QuestionTask.unit_id.label("unit_id"))
        .where(one_of(QuestionTask.id, tasks))
        .cte("below_tasks", recursive=True)
    )
    return below.union(
        select(below.c.task_id, _PLACE.child_id)
        .join(_PLACE, _PLACE.parent_id == below.c.unit_id)
        .where(_PLACE.line_id == line_id, in_force(_PLACE, day))
    )


def delivered(
    session: Session, tasks: Collection[int], line_id: int, day: date
) -> dict[int, Delivered]:
    """Per task the questions that members of its unit, or of a unit below it, have sent in for its bank
    since it was set; drafts do not count. One statement."""
    below = _below(tasks, line_id, day)
    published = case(
        (QuestionVersion.status == VersionState.PUBLISHED, QuestionVersion.question_id)
    )
    rows = session.execute(
        select(
            below.c.task_id,
            func.count(QuestionVersion.question_id.distinct()),
            func.count(published.distinct()),
        )
        .join(QuestionTask, QuestionTask.id == below.c.task_id)
        .join(Membership, Membership.unit_id == below.c.unit_id)
        .join(
            QuestionVersion,
            (QuestionVersion.recorded_by == Membership.person_id)
            & (QuestionVersion.bank_id == QuestionTask.bank_id),
        )
        .where(
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
            QuestionVersion.number == 1,
            QuestionVersion.status != VersionState.DRAFT,
            QuestionVersion.recorded_at >= QuestionTask.recorded_at,
        )
        .group_by(below.c.task_id)
    )
    return {task_id: Delivered(sent, published) for task_id, sent, published in rows}


def is_owed_by(session: Session, person_id: int, bank_id: int, day: date) -> bool:
    """Whether the unit in which a person counts, or one above it, owes the bank questions."""
    units = session.execute(
        select(Membership.unit_id, Membership.line_id).where(
            Membership.person_id == person_id,
            Membership.counts.is_(True),
            in_force(Membership, day),
        )
    ).all()
    above: set[int] = set()
    for unit_id, line_id in units:
        above |= unit_trees.above(session, [unit_id], line_id, day, None)[unit_id]
    found = select(QuestionTask.id).where(
        QuestionTask.bank_id == bank_id,
        QuestionTask.withdrawn_at.is_(None),
        QuestionTask.due_on >= day,
        one_of(QuestionTask.unit_id, above),
    )
    return session.scalar(found.limit(1)) is not None


def open_of_units(caller: Caller, day: date) -> list[QuestionTask]:
    """The tasks not over yet of units within reach of who imports questions; 200 at most."""
    reach = units_in_scope(caller.actor, Permission.BANK_IMPORT, day)
    found = select(QuestionTask).where(
        QuestionTask.unit_id.in_(reach),
        QuestionTask.withdrawn_at.is_(None),
        QuestionTask.due_on >= day,
    )
    return list(caller.session.scalars(found.order_by(QuestionTask.due_on).limit(200)))


def banks_of(caller: Caller) -> list[tuple[int, str]]:
    """(id, name) of the banks for which tasks can be set."""
    reach = units_in_scope(caller.actor, Permission.QUESTION_TASK_SET, local_day(caller.now))
    rows = caller.session.execute(
        select(Bank.id, Bank.name)
        .where(Bank.owner_unit_id.in_(reach), Bank.retired_at.is_(None))
        .order_by(Bank.name, Bank.id)
    )
    return [(bank_id, name) for bank_id, name in rows]


def unit_exists(caller: Caller, unit_id: int) -> bool:
    """Whether a unit is within reach of who sets tasks."""
    reach = units_in_scope(caller.actor, Permission.QUESTION_TASK_SET, local_day(caller.now))
    found = select(Unit.id).where(Unit.id == unit_id, Unit.id.in_(reach))
    return caller.session.scalar(found) is not None
