"""Named queries of where passwords of ours are closed, and of the accounts for an emergency."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.db.accounts.models import ClosedPassword, Credential, EmergencyAccount
from learnapp.db.core.statements import rows_changed
from learnapp.db.core.temporal import in_force
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import AuthorityLine, Membership, Person, Placement


def is_closed_for(session: Session, person_id: int, today: date) -> bool:
    """Whether a unit that the person serves in, or one above it on the default line, has passwords closed,
    and the person is no account for an emergency. One short statement where none is closed."""
    if session.scalar(select(ClosedPassword.id).where(ClosedPassword.opened_at.is_(None)).limit(1)):
        return session.scalar(_closed_above(person_id, today).limit(1)) is not None
    return False


def _closed_above(person_id: int, today: date) -> Select[int]:
    spared = exists().where(
        EmergencyAccount.person_id == person_id, EmergencyAccount.ended_at.is_(None)
    )
    line = select(AuthorityLine.id).where(AuthorityLine.is_default).scalar_subquery()
    served = select(Membership.unit_id.label("unit_id")).where(
        Membership.person_id == person_id, in_force(Membership, today)
    )
    above = served.cte("serves_below", recursive=True)
    place = aliased(Placement)
    above = above.union(
        select(place.parent_id)
        .join(above, place.child_id == above.c.unit_id)
        .where(place.line_id == line, place.parent_id.is_not(None), in_force(place, today))
    )
    return select(ClosedPassword.id).where(
        ClosedPassword.opened_at.is_(None),
        ClosedPassword.unit_id.in_(select(above.c.unit_id)),
        ~spared,
    )


def closed_units(session: Session, reach: Select[int] | None = None) -> list[ClosedPassword]:
    """What is closed now, of the units within reach."""
    found = select(ClosedPassword).where(ClosedPassword.opened_at.is_(None))
    if reach is not None:
        found = found.where(ClosedPassword.unit_id.in_(reach))
    return list(session.scalars(found.order_by(ClosedPassword.id)))


def closed_unit(session: Session, unit_id: int) -> ClosedPassword | None:
    """The closing in force of exactly this unit."""
    return session.scalar(
        select(ClosedPassword).where(
            ClosedPassword.unit_id == unit_id, ClosedPassword.opened_at.is_(None)
        )
    )


class NamedForEmergency(NamedTuple):
    """An account for an emergency, with whether it can be entered now."""

    id: int
    person_id: int
    name: str
    login: str | None
    reason: str
    named_at: datetime
    can_enter: bool


def emergency_accounts(
    session: Session, within: ColumnElement[bool] | None = None
) -> list[NamedForEmergency]:
    """Those named, in order; `within`: a condition on a membership of the person."""
    found = (
        select(
            EmergencyAccount.id,
            EmergencyAccount.person_id,
            Person.name,
            first_login().label("login"),
            EmergencyAccount.reason,
            EmergencyAccount.named_at,
            and_(
                Person.retired_at.is_(None),
                Person.disabled_at.is_(None),
                exists().where(Credential.person_id == Person.id),
            ).label("can_enter"),
        )
        .join(Person, Person.id == EmergencyAccount.person_id)
        .where(EmergencyAccount.ended_at.is_(None))
        .order_by(EmergencyAccount.id)
    )
    if within is not None:
        found = found.where(exists().where(Membership.person_id == Person.id, within))
    return [NamedForEmergency(*row) for row in session.execute(found)]


def end_emergency(session: Session, account_id: int, by: int | None, now: datetime) -> bool:
    """End one; False where there is none."""
    ended = update(EmergencyAccount).where(
        EmergencyAccount.id == account_id, EmergencyAccount.ended_at.is_(None)
    )
    return bool(rows_changed(session, ended.values(ended_at=now, ended_by=by)))
