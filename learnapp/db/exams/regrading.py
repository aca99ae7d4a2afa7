"""Named queries of what a key revision touches: papers, people, readings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.current_keys import is_void
from learnapp.db.bank.models import QuestionReport, QuestionVersion
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.people.models import Person
from learnapp.db.study.models import Portion
from learnapp.domain.exams.exams import AttemptState
from learnapp.domain.exams.rulings import Ruling


@dataclass(frozen=True)
class PlaceToRegrade:
    """A place of a paper that was handed in: whose attempt, of which exam and question."""

    place: PaperQuestion
    attempt: Attempt
    exam: Exam
    person: str
    question_id: int


def places_with(session: Session, version_id: int) -> list[PlaceToRegrade]:
    """The places of a version on all papers that were handed in, in the order of the attempts."""
    rows = session.execute(
        select(PaperQuestion, Attempt, Exam, Person.name, QuestionVersion.question_id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            PaperQuestion.version_id == version_id,
            Attempt.state == AttemptState.SUBMITTED,
        )
        .order_by(Attempt.id)
    ).all()
    return [PlaceToRegrade(*row) for row in rows]


def counts_alone(session: Session, version_id: int) -> bool:
    """Whether a paper that was not voided would have no question left that counts without it."""
    other = aliased(PaperQuestion)
    rest = (
        select(other.ordinal)
        .where(
            other.attempt_id == PaperQuestion.attempt_id,
            other.version_id != version_id,
            ~is_void(other.version_id, Ruling.VOID_OUT),
        )
        .exists()
    )
    alone = (
        select(PaperQuestion.attempt_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(PaperQuestion.version_id == version_id, Attempt.state != AttemptState.VOIDED, ~rest)
    )
    return session.scalar(alone.limit(1)) is not None


def sat_or_reported(session: Session, person_id: int | None, version_id: int) -> bool:
    """Whether a version is on a paper of the person that was not voided, or was reported by them."""
    sat = (
        select(Attempt.id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .where(
            PaperQuestion.version_id == version_id,
            Attempt.person_id == person_id,
            Attempt.state != AttemptState.VOIDED,
        )
    )
    reported = select(QuestionReport.id).where(
        QuestionReport.version_id == version_id, QuestionReport.person_id == person_id
    )
    return bool(session.scalar(select(or_(sat.exists(), reported.exists()))))


def portions_checked_by(session: Session, version_id: int) -> int:
    """How many portions of readings have a version as their check question."""
    return session.scalar(select(func.count()).where(Portion.check_version_id == version_id)) or 0
