"""Named queries of 三员分立: whether it is on, who holds what beside one of the three, what waits for a
second person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.accounts.models import RoleRequest, Separation
from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Grant, Person, Unit
from learnapp.domain.accounts.separation import THE_THREE
from learnapp.domain.core.permissions import Role


def is_on(session: Session) -> bool:
    """Whether roles are separated now; off on a fresh installation."""
    newest = select(Separation.is_on).order_by(Separation.id.desc()).limit(1)
    return bool(session.scalar(newest))


def roles_within(session: Session, person_id: int, first: date, end: date | None) -> list[Role]:
    """The roles that the person has on any day from the first until before the end."""
    found = select(Grant.role).where(
        Grant.person_id == person_id,
        as_known(Grant),
        or_(Grant.valid_to.is_(None), Grant.valid_to > first),
        Grant.valid_to.is_(None) | (Grant.valid_to > Grant.valid_from),
    )
    if end is not None:
        found = found.where(Grant.valid_from < end)
    return [Role(each) for each in session.scalars(found)]


def admins(session: Session, today: date) -> Sequence[Grant]:
    """Every role of an admin for everything that holds today or later."""
    found = select(Grant).where(
        Grant.role == Role.ADMIN,
        as_known(Grant),
        or_(Grant.valid_to.is_(None), Grant.valid_to > today),
    )
    return session.scalars(found.order_by(Grant.id)).all()


def holders_of_two(session: Session, today: date, most: int) -> list[str]:
    """The login names of some who have one of the three beside another role."""
    other = aliased(Grant)
    found = (
        select(first_login(Grant.person_id))
        .select_from(Grant)
        .join(other, other.person_id == Grant.person_id)
        .where(
            Grant.role.in_(THE_THREE),
            in_force(Grant, today),
            other.role.not_in((Role.OFFICER, Role.ADMIN)),
            other.role != Grant.role,
            or_(other.valid_to.is_(None), other.valid_to > today),
            as_known(other),
        )
        .distinct()
        .limit(most)
    )
    return [each or "" for each in session.scalars(found)]


class WaitingRole(NamedTuple):
    """A role that waits for a second person, with whom it is for and who asked."""

    request: RoleRequest
    name: str
    login: str | None
    unit: str
    asker: str


def _waiting(reach: Select[int]) -> Select[RoleRequest, str, str | None, str, str]:
    asker = aliased(Person)
    return (
        select(RoleRequest, Person.name, first_login(), Unit.name, asker.name)
        .join(Person, Person.id == RoleRequest.person_id)
        .join(Unit, Unit.id == RoleRequest.unit_id)
        .join(asker, asker.id == RoleRequest.asked_by)
        .where(RoleRequest.decided_at.is_(None), RoleRequest.unit_id.in_(reach))
    )


def waiting(session: Session, reach: Select[int], most: int) -> list[WaitingRole]:
    """The oldest that wait, over units within reach."""
    found = session.execute(_waiting(reach).order_by(RoleRequest.id).limit(most))
    return [WaitingRole(*row) for row in found]


def count_waiting(session: Session, reach: Select[int], but_asked_by: int, most: int) -> int:
    """How many wait for somebody else than who asked, counted up to so many."""
    found = select(RoleRequest.id).where(
        RoleRequest.decided_at.is_(None),
        RoleRequest.unit_id.in_(reach),
        RoleRequest.asked_by != but_asked_by,
        RoleRequest.person_id != but_asked_by,
    )
    return len(session.scalars(found.limit(most)).all())


def request_within(session: Session, request_id: int, reach: Select[int]) -> RoleRequest | None:
    """A request over a unit within reach, locked, also one that was decided."""
    return session.scalar(
        select(RoleRequest)
        .where(RoleRequest.id == request_id, RoleRequest.unit_id.in_(reach))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def same_request(session: Session, wanted: RoleRequest) -> RoleRequest | None:
    """A request like this one that waits already."""
    line = RoleRequest.line_id
    return session.scalar(
        select(RoleRequest).where(
            RoleRequest.person_id == wanted.person_id,
            RoleRequest.role == wanted.role,
            RoleRequest.unit_id == wanted.unit_id,
            line.is_(None) if wanted.line_id is None else line == wanted.line_id,
            RoleRequest.decided_at.is_(None),
        )
    )
