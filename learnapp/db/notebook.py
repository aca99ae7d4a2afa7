"""Named queries of the notebook: a person's answers whose key may be seen, and a unit's weak topics."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Select,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learnapp.db import marks, windows
from learnapp.db.bank import Bank, BankCategory, BankQuestion, KeyRevision, QuestionVersion
from learnapp.db.base import total
from learnapp.db.exams import Attempt, Exam, ExamWindow, Mark, MarksRelease, PaperQuestion, Result
from learnapp.db.facts import in_force
from learnapp.db.people import Membership
from learnapp.db.practice import NotebookCard, PracticeAnswer
from learnapp.db.study import CheckAnswer
from learnapp.domain.exams import AttemptState, ExamKind
from learnapp.domain.notebook import ENOUGH_ANSWERS, LEAST_PEOPLE, WEAK_BELOW


def attempts_of(session: Session, person_id: int) -> Sequence[Any]:
    """The person's attempts that were handed in and marked, with what rules their key's showing."""
    return session.execute(
        select(
            Attempt.id,
            Exam.kind,
            Exam.release,
            ExamWindow.closes_at,
            ExamWindow.kind.label("window_kind"),
            windows.last_close(Attempt.exam_id).label("last_close"),
            MarksRelease.released_at,
            windows.answered_now(Attempt.exam_id).label("someone_open"),
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .outerjoin(MarksRelease, MarksRelease.exam_id == Exam.id)
        .where(
            Attempt.person_id == person_id,
            Attempt.state == AttemptState.SUBMITTED,
            exists().where(Result.attempt_id == Attempt.id),
        )
        .order_by(Attempt.id)
    ).all()


def answers_of(session: Session, person_id: int, attempts: Collection[int]) -> Sequence[Any]:
    """(question id, version id, right, at) of every answer: in these attempts, in practice, in checks.

    Ordered by time.
    """
    practised = select(
        PracticeAnswer.question_id,
        PracticeAnswer.version_id,
        case((PracticeAnswer.recall == literal("wrong"), False), else_=True),
        PracticeAnswer.recorded_at,
    ).where(PracticeAnswer.person_id == person_id)
    checked = (
        select(
            QuestionVersion.question_id,
            QuestionVersion.id,
            CheckAnswer.right,
            CheckAnswer.recorded_at,
        )
        .join(KeyRevision, KeyRevision.id == CheckAnswer.key_revision_id)
        .join(QuestionVersion, QuestionVersion.id == KeyRevision.version_id)
        .where(CheckAnswer.person_id == person_id)
    )
    whole = union_all(_marked(attempts), practised, checked).subquery()
    return session.execute(select(whole).order_by(whole.c.at, whole.c.question_id)).all()


def _marked(attempts: Collection[int]) -> Select[Any]:
    """The same of what was marked in these attempts, as the marks stand now."""
    return (
        select(
            QuestionVersion.question_id,
            QuestionVersion.id.label("version_id"),
            cast(func.coalesce(Mark.right, False), Boolean).label("right"),
            Attempt.submitted_at.label("at"),
        )
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(PaperQuestion, marks.of_place())
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .where(Mark.attempt_id.in_(list(attempts)), marks.stands())
    )


def cards_of(session: Session, person_id: int) -> dict[int, NotebookCard]:
    """The person's cards by question."""
    rows = session.scalars(select(NotebookCard).where(NotebookCard.person_id == person_id))
    return {row.question_id: row for row in rows}


def faces_of(session: Session, versions: Collection[int]) -> dict[int, Any]:
    """What a list shows of each question that was met in one of these versions, by question.

    A question shows its published version, else the newest of those met; a retired one is left out.
    """
    met = select(QuestionVersion.question_id).where(QuestionVersion.id.in_(list(versions)))
    rows = session.execute(
        select(
            QuestionVersion.question_id,
            QuestionVersion.id,
            QuestionVersion.type,
            QuestionVersion.stem,
            Bank.id.label("bank_id"),
            Bank.name.label("bank"),
            BankCategory.path,
        )
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            QuestionVersion.question_id.in_(met),
            BankQuestion.retired_at.is_(None),
            (QuestionVersion.status == "published") | QuestionVersion.id.in_(list(versions)),
        )
        .order_by(
            case((QuestionVersion.status == "published", 1), else_=0), QuestionVersion.number
        )
    )
    return {row.question_id: row for row in rows}


def weak_in_unit(
    session: Session,
    within: Select[tuple[int]],
    line_id: int,
    today: date,
    since: datetime,
    now: datetime,
) -> Sequence[Any]:
    """(category path, people) of the topics in which at least five people of the units are weak.

    Counts only; made of the exams since then that are over, so that nothing is told of an open one.
    """
    mine = select(Membership.person_id).where(
        Membership.unit_id.in_(within),
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        in_force(Membership, today),
    )
    each = _weak(since, now).where(Attempt.person_id.in_(mine)).subquery()
    people = func.count()
    return session.execute(
        select(each.c.path, people)
        .group_by(each.c.path)
        .having(people >= LEAST_PEOPLE)
        .order_by(people.desc(), each.c.path)
        .limit(8)
    ).all()


def _weak(since: datetime, now: datetime) -> Select[Any]:
    """(person, category path) of everybody's weak topics in exams that are over."""
    right = total(case((Mark.right.is_(True), 1), else_=0))
    return (
        select(Attempt.person_id, BankCategory.path)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .join(PaperQuestion, marks.of_place())
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.submitted_at >= since,
            Attempt.exam_id.not_in(windows.going_on(now)),
            Exam.kind != ExamKind.PRACTICE,
            marks.stands(),
        )
        .group_by(Attempt.person_id, BankCategory.path)
        .having(func.count() >= ENOUGH_ANSWERS, right < WEAK_BELOW * func.count())
    )
