"""Named queries of signals: what was answered and noticed in a window, whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, PageFact, PaperQuestion
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.domain.exams.exams import AttemptState, Channel
from question_bank.kinds import CHOICES


def sat_in(session: Session, window_id: int) -> Sequence[Any]:
    """The attempts handed in online, with their person, whatever became of the person since."""
    return session.execute(
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.person_id,
            Attempt.started_at,
            Attempt.submitted_at,
            Person.name,
            first_login().label("login_name"),
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.channel == Channel.ONLINE,
        )
        .order_by(Attempt.id)
    ).all()


def noticed_in(session: Session, window_id: int) -> Sequence[Any]:
    """(attempt id, kind, seconds) of what pages noticed."""
    return session.execute(
        select(PageFact.attempt_id, PageFact.kind, PageFact.seconds)
        .join(Attempt, Attempt.id == PageFact.attempt_id)
        .where(Attempt.window_id == window_id)
    ).all()


def choices_in(session: Session, window_id: int) -> Sequence[Any]:
    """(attempt id, version, type, options, response, right) of each held choice, the latest last."""
    return session.execute(
        select(
            AnswerEventRow.attempt_id,
            PaperQuestion.version_id,
            PaperQuestion.type,
            QuestionVersion.options,
            AnswerEventRow.response,
            Mark.right,
        )
        .join(Attempt, Attempt.id == AnswerEventRow.attempt_id)
        .join(
            PaperQuestion,
            (PaperQuestion.attempt_id == AnswerEventRow.attempt_id)
            & (PaperQuestion.ordinal == AnswerEventRow.question),
        )
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(Mark, current_marks.of_place())
        .where(
            Attempt.window_id == window_id,
            AnswerEventRow.state == "held",
            PaperQuestion.type.in_(sorted(CHOICES)),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(AnswerEventRow.seq, AnswerEventRow.event_id)
    ).all()
