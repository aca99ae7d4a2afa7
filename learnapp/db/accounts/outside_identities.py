"""Named queries of identities of outside: whose one is, and a person's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import OutsideIdentity
from learnapp.db.core.statements import rows_changed
from learnapp.db.people.models import Person


def holder(session: Session, kind: str, digest: bytes) -> int | None:
    """The person who has linked it, unless they have retired or are disabled."""
    return session.scalar(
        select(Person.id)
        .join(OutsideIdentity, OutsideIdentity.person_id == Person.id)
        .where(
            OutsideIdentity.kind == kind,
            OutsideIdentity.subject_sha256 == digest,
            OutsideIdentity.ended_at.is_(None),
            Person.retired_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )


def is_linked(session: Session, kind: str, digest: bytes) -> bool:
    """Whether anybody has linked it, who may sign in or not."""
    found = select(OutsideIdentity.id).where(
        OutsideIdentity.kind == kind,
        OutsideIdentity.subject_sha256 == digest,
        OutsideIdentity.ended_at.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def of_person(session: Session, person_id: int) -> list[OutsideIdentity]:
    """What a person has linked."""
    found = select(OutsideIdentity).where(
        OutsideIdentity.person_id == person_id, OutsideIdentity.ended_at.is_(None)
    )
    return list(session.scalars(found.order_by(OutsideIdentity.id)))


def end(session: Session, person_id: int, identity_id: int, now: datetime) -> bool:
    """End a link of the person; False where there is none."""
    ended = update(OutsideIdentity).where(
        OutsideIdentity.id == identity_id,
        OutsideIdentity.person_id == person_id,
        OutsideIdentity.ended_at.is_(None),
    )
    return bool(rows_changed(session, ended.values(ended_at=now)))
