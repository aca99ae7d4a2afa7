"""The attempts of a window that somebody answers now, each with its deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.exams.attempt_models import Allowance, Attempt
from learnapp.domain.exams.deadline import deadline
from learnapp.domain.exams.exams import AttemptState, Cause, Channel


@dataclass(frozen=True)
class OpenAttempt:
    """An open attempt: its start, its base deadline with what corrections gave, its deadline."""

    id: int
    person_id: int
    started_at: datetime
    held: datetime
    deadline: datetime


def open_attempts(session: Session, window_id: int) -> list[OpenAttempt]:
    """The attempts of a window that are open on a screen."""
    by_correction = func.sum(Allowance.seconds).filter(Allowance.cause == Cause.WINDOW_CORRECTED)
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.started_at,
            Attempt.base_deadline,
            func.coalesce(by_correction, 0).label("corrected"),
            total(Allowance.seconds).label("extra"),
        )
        .outerjoin(Allowance, Allowance.attempt_id == Attempt.id)
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.OPEN,
            Attempt.channel == Channel.ONLINE,
        )
        .group_by(Attempt.id, Attempt.person_id, Attempt.started_at, Attempt.base_deadline)
        .order_by(Attempt.id)
    )
    return [
        OpenAttempt(
            row.id,
            row.person_id,
            row.started_at,
            deadline(row.base_deadline, int(row.corrected)),
            deadline(row.base_deadline, row.extra),
        )
        for row in rows
    ]
