"""Named queries of the attempts whose time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.attempts import extra_seconds
from learnapp.db.exams import Attempt
from learnapp.domain import exams as rules
from learnapp.domain.answers import GRACE


def ran_out(session: Session, now: datetime) -> list[tuple[str, int]]:
    """(public id, person id) of the open attempts whose deadline and grace are over."""
    rows = session.execute(
        select(Attempt.public_id, Attempt.person_id, Attempt.base_deadline, extra_seconds)
        .where(
            Attempt.state == "open",
            Attempt.channel == "online",
            Attempt.base_deadline < now - GRACE,
        )
        .order_by(Attempt.id)
    )
    return [
        (public_id, person_id)
        for public_id, person_id, base, extra in rows
        if rules.ran_out(base + timedelta(seconds=extra), now)
    ]
