"""Named queries of what an open test page asks again and again: its state, its time, what was announced."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, String, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn
from learnapp.db.accounts.sign_ins import sign_in_that_holds
from learnapp.db.core.base import BigId
from learnapp.db.core.compiled_statements import Prepared
from learnapp.db.core.engine import RawCursor
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.attempts import extra_seconds
from learnapp.db.exams.models import Announcement

_NONE_YET = 0


def _newest(window_id: Any, attempt_id: Any) -> ScalarSelect[Any]:
    """The id of the newest announcement to a window, or to one attempt; found at an index's end."""
    whose = (
        Announcement.attempt_id.is_(None)
        if attempt_id is None
        else (Announcement.attempt_id == attempt_id)
    )
    return (
        select(func.coalesce(func.max(Announcement.id), _NONE_YET))
        .where(Announcement.window_id == window_id, whose)
        .correlate(Attempt)
        .scalar_subquery()
    )


class NewsRow(NamedTuple):
    """An attempt's state and time, and the newest announcements to its window and to itself."""

    id: int
    window_id: int
    state: str
    base_deadline: datetime
    extra: int
    to_window: int
    to_attempt: int


class _RulingRow(NamedTuple):
    id: int
    text: str


_NEWS = Prepared(
    NewsRow,
    lambda _: select(
        Attempt.id,
        Attempt.window_id,
        Attempt.state,
        Attempt.base_deadline,
        extra_seconds.label("extra"),
        _newest(Attempt.window_id, None).label("to_window"),
        _newest(Attempt.window_id, Attempt.id).label("to_attempt"),
    ).where(
        Attempt.public_id == bindparam("public_id", type_=String()),
        Attempt.person_id.in_(sign_in_that_holds(SignIn.person_id)),
    ),
)
_WINDOW = bindparam("window_id", type_=BigId)
_ATTEMPT = bindparam("attempt_id", type_=BigId)


def _ruling(_: Any) -> Any:
    each = (
        select(Announcement.id, Announcement.text).where(Announcement.id == newest)
        for newest in (_newest(_WINDOW, None), _newest(_WINDOW, _ATTEMPT))
    )
    return union_all(*each)


_RULING = Prepared(_RulingRow, _ruling)


def news_of(
    direct: Session | RawCursor, public_id: str, digest: bytes, now: datetime
) -> NewsRow | None:
    """The state of an attempt, for its person by the digest of their session's token; None for others.

    One statement, which looks at nothing but this attempt's own rows.
    """
    found = _NEWS.rows(direct, public_id=public_id, digest=digest, now=now)
    return found[0] if found else None


def ruling(
    reader: Session | RawCursor, window_id: int, attempt_id: int | None
) -> tuple[int, list[str]]:
    """The announcements in force, first to the window, then to the attempt, and their version.

    The version grows with every announcement; 0 before the first. `attempt_id` None: the window's
    alone.
    """
    rows = _RULING.rows(reader, window_id=window_id, attempt_id=attempt_id or 0)
    version = max((row.id for row in rows), default=_NONE_YET)
    return version, [row.text for row in rows if row.text]


def newest_text(session: Session, window_id: int, attempt_id: int | None) -> str:
    """What was last announced to a window as a whole, or to one attempt; empty when nothing was."""
    newest = _newest(window_id, attempt_id)
    return session.scalar(select(Announcement.text).where(Announcement.id == newest)) or ""
