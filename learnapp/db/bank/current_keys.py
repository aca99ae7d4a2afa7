"""Which key of a question version is the current one, and whether the version is void."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.models import KeyRevision
from learnapp.domain.exams.rulings import Ruling

_RULED, _NEWER = aliased(KeyRevision), aliased(KeyRevision)


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
    """The key of a version as it stands."""
    return session.scalars(
        select(KeyRevision)
        .where(KeyRevision.version_id == version_id)
        .order_by(KeyRevision.number.desc())
        .limit(1)
    ).one()
