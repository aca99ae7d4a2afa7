"""Questions that somebody thinks are wrong: reported from a result page, answered, closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.bank import question_reports
from learnapp.db.bank.models import QuestionReport
from learnapp.db.bank.question_reports import CLOSED, OPEN
from learnapp.db.core.caller import Caller
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log, daily_limits
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.bounds import Use
from question_bank.responses import one_line_end


def report(caller: Caller, attempt: str, question: int, text: str) -> None:
    """Report a question of one's own attempt, once it was handed in; the same again adds nothing."""
    session, actor = caller.session, caller.actor
    place = question_reports.own_place(session, actor.person_id, attempt, question)
    if place is None or actor.person_id is None:
        raise NotFound("question_unknown")
    if not text.strip():
        raise RuleBroken("text", "report_needed")
    known = question_reports.of_attempt(session, place.attempt_id, actor.person_id).get(question)
    if known is not None and known.state == OPEN:
        return
    stored = one_line_end(text).strip()[: lengths.PARAGRAPH]
    daily_limits.must_spend(
        session, actor.person_id, caller.now, Use.REPORTS, daily_limits.size_of(stored)
    )
    made = QuestionReport(
        version_id=place.version_id,
        person_id=actor.person_id,
        attempt_id=place.attempt_id,
        question=question,
        text=stored,
        state=OPEN,
        answer="",
        recorded_at=caller.now,
    )
    session.add(made)
    session.flush()
    audit_log.record(caller, "question.reported", ("question_version", place.version_id))


def answer(caller: Caller, report_id: int, text: str) -> None:
    """Answer a report and close it; its author is notified. Forbidden("own_case") for one's own."""
    session, actor, now = caller.session, caller.actor, caller.now
    actor.must(Permission.BANK_EDIT)
    row = question_reports.lock_report(caller, report_id)
    if row is None:
        raise NotFound("question_unknown")
    refuse_own(actor, row.person_id)
    if row.state != OPEN:
        raise Conflict("report_closed")
    if not text.strip():
        raise RuleBroken("answer", "reason_needed")
    row.state, row.answer = CLOSED, one_line_end(text).strip()[: lengths.PARAGRAPH]
    row.answered_at, row.answered_by = now, actor.person_id
    params = {"answer": row.answer, "report": row.text[:200], **_place_of(session, row)}
    notify(session, now, row.person_id, "report_answered", params)
    audit_log.record(caller, "report.answered", ("question_version", row.version_id))


def _place_of(session: Session, row: QuestionReport) -> dict[str, Any]:
    """The exam, paper and place that a report is about; empty for one made before they were recorded."""
    if row.attempt_id is None:
        return {}
    about = question_reports.exam_of(session, row.attempt_id)
    return {"attempt": about.attempt, "exam": about.title, "question": row.question}
