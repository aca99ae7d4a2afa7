"""Named queries of what an attempt held before: earlier events and earlier marks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.rulings import Ruling


def events_at(session: Session, attempt_id: int, seqs: Collection[int]) -> list[AnswerEvent]:
    """The attempt's events of these counts, whatever became of them."""
    event = AnswerEventRow
    rows = session.execute(
        select(event.event_id, event.seq, event.question, event.response, event.flagged).where(
            event.attempt_id == attempt_id, event.seq.in_(seqs)
        )
    )
    return [AnswerEvent(*row) for row in rows]


def judged_of(session: Session, attempt_id: int, question: int) -> Any | None:
    """The last mark of a place that was given by its key, not because the question was void."""
    return session.scalar(
        select(Mark)
        .join(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(
            Mark.attempt_id == attempt_id,
            Mark.number > Attempt.marks_from,
            Mark.question == question,
            KeyRevision.ruling == Ruling.KEY,
        )
        .order_by(Mark.number.desc())
        .limit(1)
    )
