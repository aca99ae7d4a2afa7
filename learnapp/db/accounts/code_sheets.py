"""Named queries of sheets of one-time codes: encrypted, for a day, for who may issue them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.access import belongs_to
from learnapp.db.accounts.models import ActivationCode, CodeSheet, SealedCode
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import BigId
from learnapp.db.core.statements import rows_changed
from learnapp.db.core.temporal import in_force
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Grant, Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.permissions import Actor, Permission

_BATCH = 500
# Numbers above this one are those of codes that have not got their places on a sheet yet.
UNPLACED = 1_000_000_000


_ABOVE = lasting_alias(Grant)


def _may_be_read_by(actor: Actor, today: date) -> ColumnElement[bool]:
    """Condition on a sealed code: the actor may issue a code to its person, as for issuing one."""
    if actor.person_id is None:
        return true()
    reach = units_in_scope(actor, Permission.PEOPLE_ACTIVATE, today)
    member = select(Membership.id).where(
        Membership.person_id == SealedCode.person_id,
        belongs_to(actor, Permission.PEOPLE_ACTIVATE, today, reach),
    )
    return and_(
        SealedCode.person_id != actor.person_id,
        member.exists(),
        ~role_beyond(reach, SealedCode.person_id, today).exists(),
    )


def role_beyond(reach: Select[int], person: Any, today: date) -> Select[int]:
    """The roles of a person (a column) over units that are not within reach."""
    return select(_ABOVE.id).where(
        _ABOVE.person_id == person,
        in_force(_ABOVE, today),
        _ABOVE.unit_id.not_in(reach),
    )


def sheet_of(session: Session, public_id: str) -> CodeSheet | None:
    """The sheet of this address."""
    return session.scalar(select(CodeSheet).where(CodeSheet.public_id == public_id))


def sheet_of_job(session: Session, job_id: int) -> CodeSheet | None:
    """The sheet that an import issued."""
    return session.scalar(select(CodeSheet).where(CodeSheet.job_id == job_id))


def units_on(session: Session, actor: Actor, today: date, sheet_id: int) -> dict[int | None, int]:
    """Per unit (None: in none) how many codes the actor may read of a sheet, in its order."""
    rows = session.execute(
        select(SealedCode.unit_id, func.count())
        .where(SealedCode.sheet_id == sheet_id, _may_be_read_by(actor, today))
        .group_by(SealedCode.unit_id)
        .order_by(func.min(SealedCode.ordinal))
    )
    return {unit_id: codes for unit_id, codes in rows}


@dataclass(frozen=True)
class PageOfCodes:
    """Which part of a sheet: one unit or all, a page or (size 0) the whole."""

    unit_id: int | None = None
    page: int = 1
    size: int = 0


@dataclass(frozen=True)
class CodeOnSheet:
    """A code of a sheet as it is sealed, whose it is, and what became of it."""

    person_id: int
    sealed: bytes
    name: str
    login_name: str | None
    unit_id: int | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def codes_on(
    session: Session, actor: Actor, today: date, sheet_id: int, part: PageOfCodes
) -> list[CodeOnSheet]:
    """What the actor may read of a part of a sheet, in its order."""
    wanted = (
        select(
            SealedCode.person_id,
            SealedCode.sealed,
            Person.name,
            first_login().label("login_name"),
            SealedCode.unit_id,
            ActivationCode.expires_at,
            ActivationCode.used_at,
            ActivationCode.revoked_at,
        )
        .join(Person, Person.id == SealedCode.person_id)
        .join(ActivationCode, ActivationCode.id == SealedCode.code_id)
        .where(SealedCode.sheet_id == sheet_id, _may_be_read_by(actor, today))
        .order_by(SealedCode.ordinal)
    )
    if part.unit_id is not None:
        wanted = wanted.where(SealedCode.unit_id == part.unit_id)
    if part.size:
        wanted = wanted.limit(part.size).offset((part.page - 1) * part.size)
    return [CodeOnSheet(*row) for row in session.execute(wanted)]


def remove_readable(session: Session, actor: Actor, today: date, sheet_id: int) -> int:
    """Remove what the actor may read of a sheet; how many codes."""
    readable = select(SealedCode.ordinal).where(
        SealedCode.sheet_id == sheet_id, _may_be_read_by(actor, today)
    )
    ordinals = list(session.scalars(readable))
    for start in range(0, len(ordinals), _BATCH):
        session.execute(
            delete(SealedCode).where(
                SealedCode.sheet_id == sheet_id,
                SealedCode.ordinal.in_(ordinals[start : start + _BATCH]),
            )
        )
    return len(ordinals)


def people_on(session: Session, sheet_id: int) -> list[int]:
    """Whose codes a sheet has."""
    return list(
        session.scalars(select(SealedCode.person_id).where(SealedCode.sheet_id == sheet_id))
    )


_PLACED = (
    update(SealedCode)
    .where(
        # A sum, so that the person's own index is used: the sheet's would be gone through for each.
        SealedCode.sheet_id + 0 == bindparam("sheet", type_=BigId),
        SealedCode.person_id == bindparam("person", type_=BigId),
    )
    .values(ordinal=bindparam("place"), unit_id=bindparam("unit", type_=BigId))
)


def place(
    session: Session, sheet_id: int, ordered: Sequence[tuple[int, int | None]], start: int = 0
) -> None:
    """Put the codes of these (person, unit) on a sheet one after the other, after `start` others."""
    rows = [
        {"sheet": sheet_id, "person": person_id, "unit": unit_id, "place": number}
        for number, (person_id, unit_id) in enumerate(ordered, start + 1)
    ]
    if rows:
        session.connection().execute(_PLACED, rows)


def is_bare(session: Session, sheet_id: int) -> bool:
    """Whether a sheet has no codes any more."""
    left = select(SealedCode.ordinal).where(SealedCode.sheet_id == sheet_id)
    return session.scalar(left.limit(1)) is None


def over_at(session: Session, now: datetime) -> list[int]:
    """The sheets whose time is over and whose codes are still stored, the oldest first."""
    return list(
        session.scalars(
            select(CodeSheet.id)
            .where(CodeSheet.expires_at <= now, CodeSheet.ended_at.is_(None))
            .order_by(CodeSheet.expires_at, CodeSheet.id)
        )
    )


def remove_all(session: Session, sheet_id: int) -> int:
    """Remove every code of a sheet; how many."""
    return rows_changed(session, delete(SealedCode).where(SealedCode.sheet_id == sheet_id))


def places_of(
    session: Session, line_id: int, today: date, people: Collection[int]
) -> dict[int, tuple[int | None, str]]:
    """(unit, sort key) of people: where they count on a line today, else where they serve."""
    found: dict[int, tuple[int | None, str]] = {}
    ids = sorted(people)
    counts_here = and_(Membership.line_id == line_id, Membership.counts.is_(True))
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        rows = session.execute(
            select(Person.id, Person.sort_key, Membership.unit_id)
            .outerjoin(
                Membership, and_(Membership.person_id == Person.id, in_force(Membership, today))
            )
            .where(Person.id.in_(part))
            .order_by(Person.id, counts_here, Membership.id)
        )
        found.update((person_id, (unit_id, key)) for person_id, key, unit_id in rows)
    return found
