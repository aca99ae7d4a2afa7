"""Named queries of second factors: a person's, its codes for loss, and the sign-ins it was proven for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import RecoveryCode, SecondFactor, SignIn
from learnapp.db.core.statements import rows_changed
from learnapp.db.operations.models import Setting
from learnapp.domain.accounts.second_factor import SecondState

ROLES = "second_factor_roles"  # the setting that holds for which roles it is required


def of_person(session: Session, person_id: int, *, to_change: bool = False) -> SecondFactor | None:
    """The person's second factor, confirmed or begun; locked only `to_change` it."""
    wanted = select(SecondFactor).where(SecondFactor.person_id == person_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def use_code(session: Session, person_id: int, digest: bytes, now: datetime) -> bool:
    """Use up a recovery code; False for one that is not there or was used."""
    used = update(RecoveryCode).where(
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_sha256 == digest,
        RecoveryCode.used_at.is_(None),
    )
    return bool(rows_changed(session, used.values(used_at=now)))


def codes_left(session: Session, person_id: int) -> int:
    """How many recovery codes the person has left."""
    count = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(count) or 0


def replace_codes(
    session: Session, person_id: int, digests: Collection[bytes], now: datetime
) -> None:
    """Let the person have these recovery codes, and no older ones."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(
        RecoveryCode(person_id=person_id, code_sha256=each, made_at=now) for each in digests
    )


def forget(session: Session, person_id: int) -> bool:
    """Remove the person's second factor with its codes; False when there is none."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    removed = delete(SecondFactor).where(SecondFactor.person_id == person_id)
    return bool(rows_changed(session, removed))


def signed_in_at(session: Session, sign_in_id: int) -> datetime | None:
    """When a session was opened; None for one that is not there."""
    return session.scalar(select(SignIn.created_at).where(SignIn.id == sign_in_id))


def note_proven(session: Session, sign_in_id: int, now: datetime) -> None:
    """The second factor was proven for a sign-in."""
    proven = update(SignIn).where(SignIn.id == sign_in_id)
    session.execute(proven.values(second=SecondState.DONE, second_at=now))


def required_roles(session: Session) -> list[str]:
    """For which roles it is required."""
    row = session.get(Setting, ROLES)
    return list(row.value) if row else []
