"""Named queries of what an attempt held before: earlier events and marks, what was begun since."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, MarkOpinion, Result
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import AttemptState


def events_at(session: Session, attempt_id: int, seqs: Collection[int]) -> list[AnswerEvent]:
    """The attempt's events of these counts, whatever became of them."""
    event = AnswerEventRow
    rows = session.execute(
        select(event.event_id, event.seq, event.question, event.response, event.flagged).where(
            event.attempt_id == attempt_id, event.seq.in_(seqs)
        )
    )
    return [AnswerEvent(*row) for row in rows]


def was_read(session: Session, attempt_id: int) -> bool:
    """Whether a marker has given an opinion on an answer of the attempt; a mark by a new key is given
    by a rule, regardless of who made it."""
    return bool(session.scalar(select(exists().where(MarkOpinion.attempt_id == attempt_id))))


def begun_since(session: Session, attempt: Attempt) -> bool:
    """Whether the person has begun a later attempt in the exam that was not voided."""
    later = select(Attempt.id).where(
        Attempt.person_id == attempt.person_id,
        Attempt.exam_id == attempt.exam_id,
        Attempt.id > attempt.id,
        Attempt.state != AttemptState.VOIDED,
    )
    return session.scalar(later.limit(1)) is not None


def has_sat(session: Session, person_id: int | None, exam_id: int) -> bool:
    """Whether a person has an attempt in the exam that was not voided."""
    wanted = select(Attempt.id).where(
        Attempt.exam_id == exam_id,
        Attempt.person_id == person_id,
        Attempt.state != AttemptState.VOIDED,
    )
    return session.scalar(wanted.limit(1)) is not None


def newest_number(session: Session, kind: type[Mark] | type[Result], attempt_id: int) -> int:
    """The highest number that a mark or a result of the attempt has; 0 before the first."""
    newest = select(func.max(kind.number)).where(kind.attempt_id == attempt_id)
    return session.scalar(newest) or 0
