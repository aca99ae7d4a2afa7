"""Questions that somebody thinks are wrong: reported from a result page, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionReport, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log, daily_limits
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.operations.bounds import Use
from question_bank.responses import one_line_end

OPEN, CLOSED = "open", "closed"


def report(caller: Caller, attempt: str, question: int, text: str) -> None:
    """Report a question of one's own attempt, once it was handed in; the same again adds nothing."""
    session, actor = caller.session, caller.actor
    found = session.execute(
        select(PaperQuestion.version_id, Attempt.id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            Attempt.public_id == attempt,
            Attempt.person_id == actor.person_id,
            Attempt.state != "open",
            PaperQuestion.ordinal == question,
        )
    ).one_or_none()
    if found is None or actor.person_id is None:
        raise NotFound("question_unknown")
    version_id, attempt_id = found
    if not text.strip():
        raise RuleBroken("text", "report_needed")
    known = of_attempt(session, attempt_id, actor.person_id).get(question)
    if known is not None and known.state == OPEN:
        return
    kept = one_line_end(text).strip()[:1000]
    daily_limits.must_spend(
        session, actor.person_id, caller.now, Use.REPORTS, daily_limits.size_of(kept)
    )
    made = QuestionReport(
        version_id=version_id,
        person_id=actor.person_id,
        attempt_id=attempt_id,
        question=question,
        text=kept,
        state=OPEN,
        answer="",
        recorded_at=caller.now,
    )
    session.add(made)
    session.flush()
    audit_log.record(caller, "question.reported", ("question_version", version_id))


def of_attempt(session: Session, attempt_id: int, person_id: int) -> dict[int, QuestionReport]:
    """What the person reported of a paper of theirs: the newest report of each place."""
    rows = session.scalars(
        select(QuestionReport)
        .where(QuestionReport.attempt_id == attempt_id, QuestionReport.person_id == person_id)
        .order_by(QuestionReport.id)
    )
    return {row.question: row for row in rows if row.question is not None}


def _within(actor: Actor, now: datetime) -> AnySelect:
    """Reports on questions of banks within reach; who reported is told to nobody."""
    reach = units_in_scope(actor, Permission.BANK_EDIT, local_day(now))
    return (
        select(QuestionReport, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == QuestionReport.version_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(Bank.owner_unit_id.in_(reach))
    )


def open_reports(
    caller: Caller, version_id: int | None = None
) -> Sequence[tuple[QuestionReport, QuestionVersion]]:
    """What waits for an answer, oldest first."""
    caller.actor.must(Permission.BANK_EDIT)
    statement = _within(caller.actor, caller.now).where(QuestionReport.state == OPEN)
    if version_id is not None:
        statement = statement.where(QuestionReport.version_id == version_id)
    rows = caller.session.execute(statement.order_by(QuestionReport.id).limit(500))
    return [(row[0], row[1]) for row in rows]


def count_open(caller: Caller) -> int:
    """How many wait."""
    statement = _within(caller.actor, caller.now).where(QuestionReport.state == OPEN)
    return caller.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def answer(caller: Caller, report_id: int, text: str) -> None:
    """answer a report and close it; its author is told. Forbidden("own_case") for one's own."""
    session, actor, now = caller.session, caller.actor, caller.now
    actor.must(Permission.BANK_EDIT)
    found = session.execute(
        _within(actor, now).where(QuestionReport.id == report_id).with_for_update(of=QuestionReport)
    ).first()
    if found is None:
        raise NotFound("question_unknown")
    row = found[0]
    refuse_own(actor, row.person_id)
    if row.state != OPEN:
        raise Conflict("report_closed")
    if not text.strip():
        raise RuleBroken("answer", "reason_needed")
    row.state, row.answer = CLOSED, one_line_end(text).strip()[:1000]
    row.answered_at, row.answered_by = now, actor.person_id
    params = {"answer": row.answer, "report": row.text[:200], **_place_of(session, row)}
    notify(session, now, row.person_id, "report_answered", params)
    audit_log.record(caller, "report.answered", ("question_version", row.version_id))


def _place_of(session: Session, row: QuestionReport) -> dict[str, Any]:
    """The exam, paper and place that a report is about; empty for one made before they were kept."""
    if row.attempt_id is None:
        return {}
    public_id, title = session.execute(
        select(Attempt.public_id, Exam.title)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.id == row.attempt_id)
    ).one()
    return {"attempt": public_id, "exam": title, "question": row.question}
