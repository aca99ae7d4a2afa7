"""Which key of a question version is the current one, whether the version is void, earlier keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, Regrade
from learnapp.db.core.aliases import lasting_alias
from learnapp.domain.exams.rulings import Ruling

_RULED, _NEWER = lasting_alias(KeyRevision), lasting_alias(KeyRevision)


def is_void(version_id: Any, *rulings: Ruling) -> ColumnElement[bool]:
    """Condition: the newest key revision of a version makes it void (by one of these rulings)."""
    voiding = rulings or tuple(each for each in Ruling if each.voids)
    newer = (
        select(_NEWER.id)
        .where(_NEWER.version_id == _RULED.version_id, _NEWER.number > _RULED.number)
        .exists()
    )
    return (
        select(_RULED.id)
        .where(_RULED.version_id == version_id, _RULED.ruling.in_(voiding), ~newer)
        .exists()
    )


def newest_key(session: Session, version_id: int) -> KeyRevision:
    """Return the newest key of a version."""
    return session.scalars(
        select(KeyRevision)
        .where(KeyRevision.version_id == version_id)
        .order_by(KeyRevision.number.desc())
        .limit(1)
    ).one()


@dataclass(frozen=True)
class KeyInHistory:
    """A key revision of a version, and what it regraded (None: nothing)."""

    revision: KeyRevision
    regrade: Regrade | None


def revisions_of(session: Session, version_id: int) -> list[KeyInHistory]:
    """The keys of a version, newest first, with what each regraded."""
    rows = session.execute(
        select(KeyRevision, Regrade)
        .outerjoin(Regrade, Regrade.key_revision_id == KeyRevision.id)
        .where(KeyRevision.version_id == version_id)
        .order_by(KeyRevision.number.desc())
    )
    return [KeyInHistory(row, regrade) for row, regrade in rows]
