"""Named queries of the keys that people were shown: on papers, in practice, as check questions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, literal, or_, select, union
from sqlalchemy.orm import Session

from learnapp.db.bank.models import KeyRevision, QuestionVersion
from learnapp.db.core.base import Instant, compact
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.study.models import CheckAnswer
from learnapp.domain.exams.exams import AttemptState, ExamKind


def shown_since(of: Callable[[Any], ColumnElement[bool]], since: Any) -> CompoundSelect[Any]:
    """(person id, question id) of the keys that people were shown from an instant on: when the keys
    of a paper of theirs were opened, in practice, as a check question.

    `of` is the condition on a person's id. By indexes that start with the person.
    """
    answered_since = compact(
        since if isinstance(since, ColumnElement) else literal(since, Instant())
    )
    on_papers = (
        select(Attempt.person_id, QuestionVersion.question_id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            of(Attempt.person_id),
            Attempt.state == AttemptState.SUBMITTED,
            or_(
                ExamWindow.keys_shown_at >= since,
                and_(
                    or_(ExamWindow.keys_shown_at.is_not(None), Exam.kind == ExamKind.PRACTICE),
                    Attempt.submitted_at >= since,
                ),
            ),
        )
    )
    practised = select(PracticeAnswer.person_id, PracticeAnswer.question_id).where(
        of(PracticeAnswer.person_id), PracticeAnswer.recorded_at >= answered_since
    )
    checked = (
        select(CheckAnswer.person_id, QuestionVersion.question_id)
        .join(KeyRevision, KeyRevision.id == CheckAnswer.key_revision_id)
        .join(QuestionVersion, QuestionVersion.id == KeyRevision.version_id)
        .where(of(CheckAnswer.person_id), CheckAnswer.recorded_at >= answered_since)
    )
    return union(on_papers, practised, checked)


def exposed(session: Session, people: Collection[int], eligible: AnySelect, since: datetime) -> int:
    """How many of the `eligible` question versions' keys these people were shown from an instant
    on, each person and question once. `people` is a sample of bounded size."""
    shown = shown_since(lambda person: one_of(person, people), since).subquery()
    questions = eligible.with_only_columns(QuestionVersion.question_id).order_by(None)
    drawn = questions.distinct().subquery()
    return (
        session.scalar(
            select(func.count())
            .select_from(shown)
            .join(drawn, drawn.c.question_id == shown.c.question_id)
        )
        or 0
    )
