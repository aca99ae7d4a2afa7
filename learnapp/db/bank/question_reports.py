"""Named queries of questions that somebody thinks are wrong: reported, open, within reach."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionReport, QuestionVersion
from learnapp.db.core.base import BigId
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import AttemptState

OPEN, CLOSED = "open", "closed"
_MOST = 500


@dataclass(frozen=True)
class PlaceOfQuestion:
    """A place of a paper: its attempt, and the version at that place."""

    attempt_id: int
    version_id: int


def own_place(
    session: Session, person_id: int | None, attempt: str, question: int
) -> PlaceOfQuestion | None:
    """A place of a person's own attempt (by its public id) that is no longer open; None where there
    is no such place."""
    found = session.execute(
        select(Attempt.id, PaperQuestion.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            Attempt.public_id == attempt,
            Attempt.person_id == person_id,
            Attempt.state != AttemptState.OPEN,
            PaperQuestion.ordinal == question,
        )
    ).one_or_none()
    return None if found is None else PlaceOfQuestion(*found)


_OF_ATTEMPT = (
    select(QuestionReport)
    .where(
        QuestionReport.attempt_id == bindparam("attempt_id", type_=BigId),
        QuestionReport.person_id == bindparam("person_id", type_=BigId),
    )
    .order_by(QuestionReport.id)
)


def of_attempt(session: Session, attempt_id: int, person_id: int) -> dict[int, QuestionReport]:
    """What a person reported of a paper of theirs: the newest report of each place."""
    rows = session.scalars(_OF_ATTEMPT, {"attempt_id": attempt_id, "person_id": person_id})
    return {row.question: row for row in rows if row.question is not None}


@dataclass(frozen=True)
class ReportedVersion:
    """A report, and the version that it is about."""

    report: QuestionReport
    version: QuestionVersion


def _within(caller: Caller) -> Select[QuestionReport, QuestionVersion]:
    """Reports on questions of banks within reach; who reported is shown to nobody."""
    reach = units_in_scope(caller.actor, Permission.BANK_EDIT, local_day(caller.now))
    return (
        select(QuestionReport, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == QuestionReport.version_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(Bank.owner_unit_id.in_(reach))
    )


def open_reports(caller: Caller, version_id: int | None = None) -> list[ReportedVersion]:
    """What waits for an answer (None: of any version), oldest first; 500 at most. Raises Forbidden."""
    caller.actor.must(Permission.BANK_EDIT)
    statement = _within(caller).where(QuestionReport.state == OPEN)
    if version_id is not None:
        statement = statement.where(QuestionReport.version_id == version_id)
    rows = caller.session.execute(statement.order_by(QuestionReport.id).limit(_MOST))
    return [ReportedVersion(report, version) for report, version in rows]


def count_open(caller: Caller) -> int:
    """How many reports wait within reach."""
    statement = _within(caller).where(QuestionReport.state == OPEN)
    return caller.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def lock_report(caller: Caller, report_id: int) -> QuestionReport | None:
    """A report within reach, locked; None where there is none."""
    found = caller.session.execute(
        _within(caller).where(QuestionReport.id == report_id).with_for_update(of=QuestionReport)
    ).first()
    return None if found is None else found[0]


@dataclass(frozen=True)
class ReportedExam:
    """The attempt, by its public id, and the exam of which a place was reported."""

    attempt: str
    title: str


def exam_of(session: Session, attempt_id: int) -> ReportedExam:
    """The exam of an attempt from which a question was reported."""
    public_id, title = session.execute(
        select(Attempt.public_id, Exam.title)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.id == attempt_id)
    ).one()
    return ReportedExam(public_id, title)
