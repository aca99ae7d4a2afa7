"""What a person writes in a day, counted in the transaction that writes it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.operations import daily_limits
from learnapp.domain.bounds import MOST, Use
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import TooMuch


def size_of(document: Any) -> int:
    """How many bytes a document takes as it is kept."""
    return len(json.dumps(document, ensure_ascii=False).encode())


def spend(session: Session, person_id: int | None, now: datetime, use: Use, size: int) -> bool:
    """Count a use of so many bytes; False, with nothing counted, when the day's bound is reached.

    The system itself has no bound.
    """
    if person_id is None:
        return True
    return daily_limits.raise_to(session, person_id, local_day(now), use, size, MOST[use])


def must_spend(session: Session, person_id: int | None, now: datetime, use: Use, size: int) -> None:
    """The same. Raises TooMuch("too_much_today")."""
    if not spend(session, person_id, now, use, size):
        raise TooMuch("too_much_today")
