"""A person over time: names, login names, postings, absences, as far as known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import as_known, in_force
from learnapp.db.people.models import (
    Absence,
    AuthorityLine,
    Grant,
    LoginName,
    Membership,
    PersonName,
)
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind


def names_of(session: Session, person_id: int) -> Sequence[PersonName]:
    """The names recorded of a person, in the order of the days from which they hold."""
    return session.scalars(
        select(PersonName)
        .where(PersonName.person_id == person_id)
        .order_by(PersonName.valid_from, PersonName.id)
    ).all()


def logins_over_time(session: Session, person_id: int) -> Sequence[LoginName]:
    """Every login name of a person, those in force first."""
    return session.scalars(
        select(LoginName)
        .where(LoginName.person_id == person_id)
        .order_by(LoginName.valid_to.is_not(None), LoginName.id)
    ).all()


def holder_of(session: Session, login: str) -> int | None:
    """Who holds the login name now."""
    return session.scalar(
        select(LoginName.person_id).where(LoginName.name == login, LoginName.valid_to.is_(None))
    )


@dataclass(frozen=True)
class Posting:
    """A membership with the name of its line."""

    membership: Membership
    line: str


def postings_of(session: Session, person_id: int) -> list[Posting]:
    """The memberships of a person with a day in them, the newest first."""
    rows = session.execute(
        select(Membership, AuthorityLine.name)
        .join(AuthorityLine, AuthorityLine.id == Membership.line_id)
        .where(
            Membership.person_id == person_id,
            as_known(Membership),
            or_(Membership.valid_to.is_(None), Membership.valid_to > Membership.valid_from),
        )
        .order_by(Membership.valid_from.desc(), Membership.counts.desc(), Membership.id.desc())
    )
    return [Posting(*row) for row in rows]


def counting_on_line(session: Session, person_id: int, line_id: int) -> Sequence[Membership]:
    """The memberships that count on the line, past and to come, in their order."""
    return session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.line_id == line_id,
            Membership.counts.is_(True),
            as_known(Membership),
            or_(Membership.valid_to.is_(None), Membership.valid_to > Membership.valid_from),
        )
        .order_by(Membership.valid_from, Membership.id)
    ).all()


def posting(session: Session, person_id: int, membership_id: int) -> Membership | None:
    """A membership of the person that holds as known now."""
    return session.scalar(
        select(Membership).where(
            Membership.id == membership_id,
            Membership.person_id == person_id,
            as_known(Membership),
        )
    )


def absences_of(session: Session, person_id: int) -> Sequence[Absence]:
    """The absences of a person as known now, cancelled ones too, the newest first; without what was
    approved for one exam."""
    return session.scalars(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.item_id.is_(None), as_known(Absence))
        .order_by(Absence.first_day.desc(), Absence.id.desc())
    ).all()


def on_duty_throughout(session: Session, first_day: date, last_day: date) -> set[int]:
    """Whose due days are put off already for duty on all of these days."""
    return set(
        session.scalars(
            select(Absence.person_id).where(
                Absence.kind == AbsenceKind.DUTY,
                Absence.effect == AbsenceEffect.DEFERS,
                Absence.first_day <= first_day,
                Absence.last_day >= last_day,
                Absence.cancelled.is_(False),
                as_known(Absence),
            )
        )
    )


def absence_of(session: Session, person_id: int, absence_id: int) -> Absence | None:
    """An absence of the person, superseded or not."""
    return session.scalar(
        select(Absence).where(
            Absence.id == absence_id,
            Absence.person_id == person_id,
            Absence.item_id.is_(None),
        )
    )


def is_superseded(session: Session, absence_id: int) -> bool:
    """Whether a later row takes the absence's place."""
    later = select(Absence.id).where(Absence.supersedes_id == absence_id)
    return session.scalar(later) is not None


def grants_in_force(session: Session, person_id: int, day: date) -> Sequence[Grant]:
    """The roles of the person that day or later."""
    return session.scalars(
        select(Grant).where(
            Grant.person_id == person_id,
            as_known(Grant),
            or_(Grant.valid_to.is_(None), Grant.valid_to > day),
        )
    ).all()


def same_grant(session: Session, grant: Grant, day: date) -> int | None:
    """A role like this one that holds that day already."""
    alike = Grant.line_id.is_(None) if grant.line_id is None else Grant.line_id == grant.line_id
    return session.scalar(
        select(Grant.id).where(
            Grant.person_id == grant.person_id,
            Grant.role == grant.role,
            Grant.unit_id == grant.unit_id,
            alike,
            in_force(Grant, day),
        )
    )
