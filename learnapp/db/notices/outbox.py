"""Notices written: the one place where a person is sent one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.bulk import insert_rows
from learnapp.db.notices.models import Notice


def notify(
    session: Session, now: datetime, person_id: int, code: str, params: dict[str, Any]
) -> None:
    """Add a notice; `params` holds what its sentence names (learnapp/wording says how)."""
    session.add(Notice(person_id=person_id, code=code, params=params, recorded_at=now))


def notify_all(
    session: Session, now: datetime, people: Sequence[int], code: str, params: dict[str, Any]
) -> None:
    """The same notice to many people, by few statements."""
    row = {"code": code, "params": params, "recorded_at": now, "read_at": None}
    insert_rows(session, Notice, [{"person_id": each, **row} for each in people])
