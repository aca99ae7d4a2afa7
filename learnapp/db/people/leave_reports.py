"""Named queries of days away that people report of themselves, and of whom they can ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.core.waiting import Waiting
from learnapp.db.people.models import Grant, LeaveReport, Membership, Person, Placement, Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission, Role


@dataclass(frozen=True)
class LeaveDays:
    """Days away by which a report is known: of whom, why, from when to when."""

    person_id: int
    kind: str
    first_day: date
    last_day: date


def waiting_twin(session: Session, days: LeaveDays) -> LeaveReport | None:
    """The report of the same days that waits already."""
    return session.scalar(
        select(LeaveReport).where(
            LeaveReport.person_id == days.person_id,
            LeaveReport.kind == days.kind,
            LeaveReport.first_day == days.first_day,
            LeaveReport.last_day == days.last_day,
            LeaveReport.decided_at.is_(None),
        )
    )


def reports_of(session: Session, person_id: int) -> Sequence[LeaveReport]:
    """The person's own reports, the newest first."""
    return session.scalars(
        select(LeaveReport)
        .where(LeaveReport.person_id == person_id)
        .order_by(LeaveReport.first_day.desc(), LeaveReport.id.desc())
    ).all()


def own_report(session: Session, person_id: int, report_id: int) -> LeaveReport | None:
    """A report of the person; None for anybody else's."""
    return session.scalar(
        select(LeaveReport).where(LeaveReport.id == report_id, LeaveReport.person_id == person_id)
    )


def _within(caller: Caller) -> ColumnElement[bool]:
    """Condition: the person serves today in a unit whose absences the actor may record."""
    today = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.ABSENCE_RECORD, today)
    members = select(Membership.person_id).where(
        Membership.unit_id.in_(reach), in_force(Membership, today)
    )
    return LeaveReport.person_id.in_(members)


def _of_others(caller: Caller) -> ColumnElement[bool]:
    return LeaveReport.person_id != (caller.actor.person_id or 0)


def waiting_within(caller: Caller, most: int) -> list[tuple[LeaveReport, str]]:
    """(report, name) of what waits for somebody within reach, the earliest day first."""
    rows = caller.session.execute(
        select(LeaveReport, Person.name)
        .join(Person, Person.id == LeaveReport.person_id)
        .where(LeaveReport.decided_at.is_(None), _within(caller), _of_others(caller))
        .order_by(LeaveReport.first_day, LeaveReport.id)
        .limit(most)
    )
    return [(report, name) for report, name in rows]


def count_waiting(caller: Caller) -> Waiting:
    """How many reports wait for the actor."""
    wanted = select(func.count()).where(
        LeaveReport.decided_at.is_(None), _within(caller), _of_others(caller)
    )
    return Waiting(caller.session.scalar(wanted.select_from(LeaveReport)) or 0)


def report_within(caller: Caller, report_id: int) -> LeaveReport | None:
    """A report within reach, locked; None for one that is not."""
    return caller.session.scalar(
        select(LeaveReport)
        .where(LeaveReport.id == report_id, _within(caller))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


class Contact(NamedTuple):
    """Somebody to ask: their name, role and unit."""

    name: str
    role: str
    unit: str


def _units_over(person_id: int, today: date) -> Select[tuple[int, int]]:
    """(unit, steps up) of the units that a person serves in and of all above them."""
    up = (
        select(
            Membership.unit_id.label("unit_id"),
            Membership.line_id.label("line_id"),
            literal(0).label("steps"),
        )
        .where(Membership.person_id == person_id, in_force(Membership, today))
        .cte("whom_to_ask", recursive=True)
    )
    step = (
        select(Placement.parent_id, Placement.line_id, up.c.steps + 1)
        .join(up, (Placement.child_id == up.c.unit_id) & (Placement.line_id == up.c.line_id))
        .where(Placement.parent_id.is_not(None), in_force(Placement, today))
    )
    whole = up.union(step)
    return select(whole.c.unit_id, whole.c.steps)


def contacts_of(session: Session, person_id: int, today: date, most: int) -> list[Contact]:
    """Whom a person can ask: liaisons, heads and admins of their units and of those above, the nearest
    unit first, in it the liaison first; never themselves."""
    over = _units_over(person_id, today).subquery()
    rank = case((Grant.role == Role.LIAISON, 0), (Grant.role == Role.UNIT_HEAD, 1), else_=2)
    rows = session.execute(
        select(Person.name, Grant.role, Unit.name)
        .join(Grant, Grant.person_id == Person.id)
        .join(Unit, Unit.id == Grant.unit_id)
        .join(over, over.c.unit_id == Grant.unit_id)
        .where(
            Grant.role.in_((Role.LIAISON, Role.UNIT_HEAD, Role.ADMIN)),
            in_force(Grant, today),
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
            Person.id != person_id,
        )
        .order_by(over.c.steps, rank, Person.sort_key, Person.id)
        .limit(most)
    )
    return [Contact(*row) for row in dict.fromkeys(tuple(row) for row in rows)]
