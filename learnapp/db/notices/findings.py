"""Named queries of what guidance groups found: within reach, what waits for whom, what they opened."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.core.waiting import Waiting
from learnapp.db.notices.finding_models import FindingEntry, GroupFinding, Visit
from learnapp.db.people.models import Grant, Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import ROLES, Permission
from learnapp.domain.notices.findings import RUNNING, WITH_UNIT, FindingState


def _within(reach: Select[int], running_only: bool) -> ColumnElement[bool]:
    found: ColumnElement[bool] = GroupFinding.unit_id.in_(reach)
    return found & GroupFinding.state.in_(RUNNING) if running_only else found


def within(
    session: Session, reach: Select[int], running_only: bool, page: tuple[int, int]
) -> Sequence[GroupFinding]:
    """A page (limit, offset) of the findings of units within reach: what runs first, by its day."""
    limit, offset = page
    return session.scalars(
        select(GroupFinding)
        .where(_within(reach, running_only))
        .order_by(GroupFinding.state.in_(RUNNING).desc(), GroupFinding.due_on, GroupFinding.id)
        .limit(limit)
        .offset(offset)
    ).all()


def count_within(session: Session, reach: Select[int], running_only: bool) -> int:
    """How many those are."""
    wanted = select(func.count()).select_from(GroupFinding).where(_within(reach, running_only))
    return session.scalar(wanted) or 0


def one_within(session: Session, reach: Select[int], finding_id: int) -> GroupFinding | None:
    """One of them."""
    wanted = select(GroupFinding).where(
        GroupFinding.id == finding_id, GroupFinding.unit_id.in_(reach)
    )
    return session.scalar(wanted)


def locked_within(session: Session, reach: Select[int], finding_id: int) -> GroupFinding | None:
    """One of them, locked."""
    return session.scalar(
        select(GroupFinding)
        .where(GroupFinding.id == finding_id, GroupFinding.unit_id.in_(reach))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def entries_of(session: Session, finding_ids: Sequence[int]) -> Sequence[FindingEntry]:
    """What was done about findings, the first coming first."""
    return session.scalars(
        select(FindingEntry)
        .where(FindingEntry.finding_id.in_(finding_ids))
        .order_by(FindingEntry.id)
    ).all()


def serves_in(caller: Caller, unit_id: int) -> bool:
    """Whether the actor is a member of the unit today, on whatever basis."""
    wanted = select(Membership.id).where(
        Membership.person_id == caller.actor.person_id,
        Membership.unit_id == unit_id,
        in_force(Membership, local_day(caller.now)),
    )
    return caller.session.scalar(wanted.limit(1)) is not None


def _waiting(caller: Caller, permission: Permission, *met: ColumnElement[bool]) -> Waiting:
    reach = units_in_scope(caller.actor, permission, local_day(caller.now))
    wanted = (
        select(func.count()).select_from(GroupFinding).where(GroupFinding.unit_id.in_(reach), *met)
    )
    return Waiting(caller.session.scalar(wanted) or 0)


def overdue(caller: Caller) -> Waiting:
    """How many the actor's units owe although the day is over."""
    late = GroupFinding.due_on < local_day(caller.now)
    return _waiting(caller, Permission.FINDING_READ, GroupFinding.state.in_(WITH_UNIT), late)


def to_answer(caller: Caller) -> Waiting:
    """How many wait for the answer of units that the actor answers for, in time."""
    in_time = GroupFinding.due_on >= local_day(caller.now)
    return _waiting(caller, Permission.FINDING_ANSWER, GroupFinding.state.in_(WITH_UNIT), in_time)


def to_review(caller: Caller) -> Waiting:
    """How many answered ones wait for the group's decision."""
    answered = GroupFinding.state == FindingState.ANSWERED
    return _waiting(caller, Permission.FINDING_WRITE, answered)


def _opened_by_groups(reach: Select[int], person_id: int | None) -> ColumnElement[bool]:
    """Pages opened by whoever was a member of a group over units within reach, or by the reader."""
    members = select(Grant.person_id).where(
        Grant.role.in_(sorted(ROLES[Permission.VISIT_READ])), Grant.unit_id.in_(reach)
    )
    return or_(Visit.person_id.in_(members), Visit.person_id == person_id)


def visits_of_groups(
    session: Session, reach: Select[int], person_id: int | None, page: tuple[int, int]
) -> list[tuple[Visit, str]]:
    """A page (limit, offset) of what group members opened with their names, the newest first."""
    limit, offset = page
    rows = session.execute(
        select(Visit, Person.name)
        .join(Person, Person.id == Visit.person_id)
        .where(_opened_by_groups(reach, person_id))
        .order_by(Visit.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(visit, name) for visit, name in rows]


def count_visits(session: Session, reach: Select[int], person_id: int | None) -> int:
    """How many those are."""
    wanted = select(func.count()).select_from(Visit).where(_opened_by_groups(reach, person_id))
    return session.scalar(wanted) or 0
