"""Named queries of the notebook: a person's answers whose key may be seen, and a unit's weak topics."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    Subquery,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, BankCategory, BankQuestion, KeyRevision, QuestionVersion
from learnapp.db.core.base import compact, total
from learnapp.db.core.statements import AnySelect
from learnapp.db.core.temporal import in_force
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.models import Exam, MarksRelease
from learnapp.db.people.models import Membership
from learnapp.db.practice.models import NotebookCard, PracticeAnswer
from learnapp.db.study.models import CheckAnswer
from learnapp.domain.exams.exams import UNCOUNTED, AttemptState, Release
from learnapp.domain.practice.notebook import ENOUGH_ANSWERS, LEAST_PEOPLE, WEAK_BELOW


def _answers(person_id: int, hidden: Collection[int]) -> Subquery:
    """(question id, version id, right, at) of every answer of the person whose key they were shown:
    on papers, the hidden attempts apart, in practice and in checks."""
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
    return union_all(_marked(person_id, hidden), practised, checked).subquery()


class AnswerMade(NamedTuple):
    """An answer that a person gave, on a paper, in practice or in a check, and when."""

    question_id: int
    version_id: int
    right: bool
    at: datetime


def answers_of(session: Session, person_id: int, hidden: Collection[int]) -> list[AnswerMade]:
    """The same, ordered by time. `hidden` are the attempts whose key may not be shown: the few of
    exams that go on."""
    whole = _answers(person_id, hidden)
    rows = session.execute(select(whole).order_by(whole.c.at, whole.c.question_id))
    return [AnswerMade(*row) for row in rows]


def _marked(person_id: int, hidden: Collection[int]) -> AnySelect:
    """The same of what was marked on papers, as the marks are now."""
    return (
        select(
            QuestionVersion.question_id,
            QuestionVersion.id.label("version_id"),
            Mark.right.label("right"),
            compact(Attempt.submitted_at).label("at"),
        )
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(PaperQuestion, current_marks.of_place())
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .where(
            Attempt.person_id == person_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.id.not_in(list(hidden)),
            current_marks.is_current(),
            current_marks.says_something(),
        )
    )


def cards_of(session: Session, person_id: int) -> dict[int, NotebookCard]:
    """The person's cards by question."""
    rows = session.scalars(select(NotebookCard).where(NotebookCard.person_id == person_id))
    return {row.question_id: row for row in rows}


class NotebookQuestion(NamedTuple):
    """What a list shows of a question; the text of its stem as JSON has it."""

    question_id: int
    version_id: int
    type: str
    stem: Any
    bank_id: int
    bank: str
    path: str | None


def notebook_questions(
    session: Session, person_id: int, hidden: Collection[int]
) -> dict[int, NotebookQuestion]:
    """What a list shows of each question that the person answered, by question.

    A question shows its published version, else the newest of those met; a retired one is left out.
    """
    whole = _answers(person_id, hidden)
    rows = session.execute(
        select(
            QuestionVersion.question_id,
            QuestionVersion.id,
            QuestionVersion.type,
            QuestionVersion.stem,
            Bank.id,
            Bank.name,
            BankCategory.path,
        )
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            QuestionVersion.question_id.in_(select(whole.c.question_id)),
            BankQuestion.retired_at.is_(None),
            (QuestionVersion.status == "published")
            | QuestionVersion.id.in_(select(whole.c.version_id)),
        )
        .order_by(case((QuestionVersion.status == "published", 1), else_=0), QuestionVersion.number)
    )
    return {found.question_id: found for found in (NotebookQuestion(*row) for row in rows)}


@dataclass(frozen=True)
class OpenPapers:
    """The papers handed in since an instant whose keys are open: all but those of the windows whose
    keys are not, and whose marks are released."""

    since: datetime
    closed_windows: Collection[int]


class WeakTopic(NamedTuple):
    """A category in which so many people are weak."""

    path: str
    people: int


def weak_in_unit(
    session: Session,
    within: Select[int],
    line_id: int,
    today: date,
    papers: OpenPapers,
) -> list[WeakTopic]:
    """The topics in which at least five people of the units are weak on these papers; counts only."""
    mine = select(Membership.person_id).where(
        Membership.unit_id.in_(within),
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        in_force(Membership, today),
    )
    each = _weak(papers).where(Attempt.person_id.in_(mine)).subquery()
    people = func.count()
    rows = session.execute(
        select(each.c.path, people)
        .group_by(each.c.path)
        .having(people >= LEAST_PEOPLE)
        .order_by(people.desc(), each.c.path)
        .limit(8)
    )
    return [WeakTopic(*row) for row in rows]


def _weak(papers: OpenPapers) -> AnySelect:
    """(person, category path) of everybody's weak topics on these papers."""
    right = total(case((Mark.right.is_(True), 1), else_=0))
    return (
        select(Attempt.person_id, BankCategory.path)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .join(PaperQuestion, current_marks.of_place())
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.submitted_at >= papers.since,
            Attempt.window_id.not_in(list(papers.closed_windows)),
            or_(
                Exam.release != Release.BY_HAND,
                exists().where(MarksRelease.exam_id == Attempt.exam_id),
            ),
            Exam.kind.not_in(UNCOUNTED),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .group_by(Attempt.person_id, BankCategory.path)
        .having(func.count() >= ENOUGH_ANSWERS, right < WEAK_BELOW * func.count())
    )
