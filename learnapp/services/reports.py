"""Questions that somebody thinks are wrong: reported from a result page, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank import Bank, QuestionVersion
from learnapp.db.exams import Attempt, PaperQuestion
from learnapp.db.questions import Notice, QuestionReport
from learnapp.db.scope import units_in_scope
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.permissions import Actor, Permission
from learnapp.services import audit
from question_bank.responses import one_line_end

OPEN, CLOSED = "open", "closed"


def report(
    session: Session, actor: Actor, now: datetime, attempt: str, question: int, text: str
) -> None:
    """Report a question of one's own attempt, once it was handed in; the same again adds nothing."""
    version_id = session.scalar(
        select(PaperQuestion.version_id)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .where(
            Attempt.public_id == attempt,
            Attempt.person_id == actor.person_id,
            Attempt.state != "open",
            PaperQuestion.ordinal == question,
        )
    )
    if version_id is None or actor.person_id is None:
        raise NotFound("question_unknown")
    if not text.strip():
        raise RuleBroken("text", "report_needed")
    known = session.scalar(
        select(QuestionReport.id).where(
            QuestionReport.version_id == version_id,
            QuestionReport.person_id == actor.person_id,
            QuestionReport.state == OPEN,
        )
    )
    if known is not None:
        return
    row = {"version_id": version_id, "person_id": actor.person_id, "text": one_line_end(text).strip()[:1000]}
    made = QuestionReport(**row, state=OPEN, answer="", recorded_at=now)
    session.add(made)
    session.flush()
    audit.record(session, actor, now, "question.reported", ("question_version", version_id))


def _within(actor: Actor, now: datetime) -> Select[Any]:
    """Reports on questions of banks within reach; who reported is told to nobody."""
    reach = units_in_scope(actor, Permission.BANK_EDIT, local_day(now))
    return (
        select(QuestionReport, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == QuestionReport.version_id)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(Bank.owner_unit_id.in_(reach))
    )


def open_reports(
    session: Session, actor: Actor, now: datetime, version_id: int | None = None
) -> Sequence[tuple[QuestionReport, QuestionVersion]]:
    """What waits for an answer, oldest first."""
    actor.must(Permission.BANK_EDIT)
    statement = _within(actor, now).where(QuestionReport.state == OPEN)
    if version_id is not None:
        statement = statement.where(QuestionReport.version_id == version_id)
    rows = session.execute(statement.order_by(QuestionReport.id).limit(500))
    return [(row[0], row[1]) for row in rows]


def count_open(session: Session, actor: Actor, now: datetime) -> int:
    """How many wait."""
    statement = _within(actor, now).where(QuestionReport.state == OPEN)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def answer(session: Session, actor: Actor, now: datetime, report_id: int, text: str) -> None:
    """Answer a report and close it; whoever reported is told."""
    actor.must(Permission.BANK_EDIT)
    found = session.execute(
        _within(actor, now).where(QuestionReport.id == report_id).with_for_update(of=QuestionReport)
    ).first()
    if found is None:
        raise NotFound("question_unknown")
    row = found[0]
    if row.state != OPEN:
        raise Conflict("report_closed")
    if not text.strip():
        raise RuleBroken("answer", "reason_needed")
    row.state, row.answer = CLOSED, one_line_end(text).strip()[:1000]
    row.answered_at, row.answered_by = now, actor.person_id
    params = {"answer": row.answer, "report": row.text[:200]}
    session.add(Notice(person_id=row.person_id, code="report_answered", params=params, recorded_at=now))
    audit.record(session, actor, now, "report.answered", ("question_version", row.version_id))


def notices_of(session: Session, actor: Actor) -> Sequence[Notice]:
    """What the person has not put aside yet, newest first."""
    statement = select(Notice).where(Notice.person_id == actor.person_id, Notice.read_at.is_(None))
    return session.scalars(statement.order_by(Notice.id.desc()).limit(20)).all()


def put_aside(session: Session, actor: Actor, now: datetime, notice_id: int) -> None:
    """The person has read a notice of theirs; a repeat changes nothing."""
    row = session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.person_id == actor.person_id)
    )
    if row is None:
        raise NotFound("notice_unknown")
    row.read_at = row.read_at or now
