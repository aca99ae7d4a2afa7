"""Named queries of a person's notices: unread ones, all of them by pages, how many are unread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from learnapp.db.core.base import BigId
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.statements import rows_changed
from learnapp.db.notices.models import Notice

_MOST_COUNTED = 100


_UNREAD = (
    select(Notice)
    .where(Notice.person_id == bindparam("person_id", type_=BigId), Notice.read_at.is_(None))
    .order_by(Notice.id.desc())
    .limit(bindparam("most", type_=BigId))
)


def unread(session: Session, person_id: int, most: int) -> Sequence[Notice]:
    """What the person has not read, newest first."""
    return session.scalars(_UNREAD, {"person_id": person_id, "most": most}).all()


def page_of(session: Session, person_id: int, page: int, size: int) -> Sequence[Notice]:
    """A page of the person's notices, newest first, and one more where there is a next page."""
    return session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id)
        .order_by(Notice.id.desc())
        .limit(size + 1)
        .offset((page - 1) * size)
    ).all()


class _CodeRow(NamedTuple):
    code: str


_UNREAD_CODES = Prepared(
    _CodeRow,
    lambda _: (
        select(Notice.code)
        .where(
            Notice.person_id == bindparam("person_id", type_=BigId),
            Notice.read_at.is_(None),
        )
        .limit(_MOST_COUNTED)
    ),
)


def unread_codes(session: Session, person_id: int) -> list[str]:
    """The code of each unread notice, a hundred at most: asked by every page."""
    return [row.code for row in _UNREAD_CODES.rows(session, person_id=person_id)]


def notice_of(session: Session, person_id: int, notice_id: int) -> Notice | None:
    """A notice of the person."""
    return session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == person_id)
    )


def mark_read(session: Session, person_id: int, ids: Sequence[int], now: datetime) -> int:
    """Mark these notices of the person as read; how many were not."""
    if not ids:
        return 0
    return rows_changed(
        session,
        update(Notice)
        .where(Notice.person_id == person_id, Notice.id.in_(ids), Notice.read_at.is_(None))
        .values(read_at=now),
    )
