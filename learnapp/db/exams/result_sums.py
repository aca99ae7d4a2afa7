"""Named queries that compare results with marks: what each says that an attempt came to."""

from __future__ import annotations

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision
from learnapp.db.core.base import total
from learnapp.db.core.spans import Span
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion, Result
from learnapp.domain.exams.rulings import Ruling

Sums = dict[int, tuple[int, int]]


def by_marks(session: Session, attempts: Span) -> Sums:
    """Per attempt (marks, full marks) in hundredths by its current marks, without what a ruling left
    out."""
    left_out = func.coalesce(KeyRevision.ruling, Ruling.KEY) == Ruling.VOID_OUT
    later = select(func.max(Mark.number)).where(
        Mark.attempt_id == PaperQuestion.attempt_id, Mark.question == PaperQuestion.ordinal
    )
    rows = session.execute(
        select(
            Attempt.id,
            total(case((left_out, 0), else_=Mark.awarded)),
            total(case((left_out, 0), else_=PaperQuestion.marks)),
        )
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .outerjoin(
            Mark,
            (Mark.attempt_id == PaperQuestion.attempt_id)
            & (Mark.question == PaperQuestion.ordinal)
            & (Mark.number == later.correlate(PaperQuestion).scalar_subquery())
            & (Mark.number > Attempt.marks_from),
        )
        .outerjoin(KeyRevision, KeyRevision.id == Mark.key_revision_id)
        .where(attempts.holds(Attempt.id))
        .group_by(Attempt.id)
    )
    return {attempt_id: (awarded, full) for attempt_id, awarded, full in rows}


def recorded(session: Session, attempts: Span) -> Sums:
    """Per attempt the same as its newest result says; an attempt without one is left out."""
    rows = session.execute(
        select(Result.attempt_id, Result.awarded, Result.full)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Result.number > Attempt.results_from, attempts.holds(Result.attempt_id))
        .order_by(Result.attempt_id, Result.number)
    )
    return {attempt_id: (awarded, full) for attempt_id, awarded, full in rows}
