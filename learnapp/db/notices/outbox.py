"""Notices written: the one place where a person is sent one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.notices.models import Notice


def notify(
    session: Session, now: datetime, person_id: int, code: str, params: dict[str, Any]
) -> None:
    """Add a notice; `params` holds what its sentence names (learnapp/wording says how)."""
    session.add(Notice(person_id=person_id, code=code, params=params, recorded_at=now))
