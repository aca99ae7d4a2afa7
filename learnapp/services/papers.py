"""A person's own paper and its outcome, as much of it as may be seen now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from learnapp.db import attempts as queries
from learnapp.db.exams import Attempt, Exam, ExamWindow, Mark, Result
from learnapp.domain.answers import AnswerEvent
from learnapp.domain.errors import NotFound
from learnapp.domain.exams import AttemptState, ran_out
from learnapp.domain.permissions import Actor
from learnapp.services.exams import Visible, visible


@dataclass(frozen=True)
class Sheet:
    """The pinned paper with the answers held."""

    attempt: Attempt
    exam: Exam
    window: ExamWindow
    deadline: datetime
    places: Sequence[Row[Any]]
    answers: dict[int, AnswerEvent]


def _own(session: Session, actor: Actor, public_id: str) -> Attempt:
    attempt = session.scalar(
        select(Attempt).where(
            Attempt.public_id == public_id, Attempt.person_id == actor.person_id
        )
    )
    if attempt is None:
        raise NotFound("attempt_unknown")
    return attempt


def open_sheet(session: Session, actor: Actor, now: datetime, public_id: str) -> Sheet:
    """The person's own paper. Raises NotFound for anybody else's."""
    attempt = _own(session, actor, public_id)
    exam, window = queries.exam_and_window(session, attempt.id)
    return Sheet(
        attempt,
        exam,
        window,
        queries.deadline_of(session, attempt.id),
        queries.paper_of(session, attempt.id),
        queries.answers_of(session, attempt.id),
    )


def has_run_out(session: Session, actor: Actor, now: datetime, public_id: str) -> bool:
    """Whether the clock has ended it, though nobody has handed it in yet."""
    attempt = _own(session, actor, public_id)
    deadline = queries.deadline_of(session, attempt.id)
    return attempt.state == AttemptState.OPEN and ran_out(deadline, now)


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt, and what of it may be seen."""

    sheet: Sheet
    result: Result | None
    visible: Visible
    marks: dict[int, Mark]
    keys: dict[int, dict[str, Any]]


def outcome(session: Session, actor: Actor, now: datetime, public_id: str) -> Outcome:
    """One's own outcome; marks and keys are read only when house rule 5 lets them be seen."""
    sheet = open_sheet(session, actor, now, public_id)
    attempt = sheet.attempt
    result = queries.result_of(session, attempt.id)
    seen = visible(session, sheet.exam, sheet.window, result, now)
    marks = queries.marks_of(session, attempt.id) if seen.marks else {}
    keys = (
        {row.ordinal: row.key for row in queries.keys_of(session, attempt.id)} if seen.key else {}
    )
    return Outcome(sheet, result, seen, marks, keys)
