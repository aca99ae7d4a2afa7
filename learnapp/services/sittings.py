"""Opening an attempt: who may sit, the draw, the pinned paper; and voiding or lengthening one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learnapp.db import drawing as pools
from learnapp.db.bank import QuestionVersion
from learnapp.db.base import new_public_id
from learnapp.db.exams import Allowance, Attempt, DrawPool, Exam, ExamWindow, PaperQuestion
from learnapp.db.people import Person
from learnapp.db.progress import expected_in_exam
from learnapp.db.scope import units_in_scope
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.exams import AttemptState, Channel, Span, base_deadline, check_start
from learnapp.domain.permissions import Actor, Permission
from learnapp.services import audit, study
from learnapp.services.attempts import attempts_made
from learnapp.services.sights import is_recused
from question_bank.content import from_json
from question_bank.drawing import NotEnough, Placed, draw, order_options
from question_bank.model import QuestionType


def start(
    session: Session, actor: Actor, now: datetime, window_id: int, seed: str | None = None
) -> str:
    """The public id of the person's open attempt in this exam: a new one, or the one there is.

    A second start, from a second tab or device, lands in the same attempt. Raises NotFound for a
    window of an exam that does not expect the person, Conflict before it opens, after it closes,
    or with no tries left.
    """
    assert actor.person_id is not None
    # Locking the person makes two starts at once follow one another on PostgreSQL too.
    session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update())
    found = session.execute(
        select(ExamWindow, Exam)
        .join(Exam, Exam.id == ExamWindow.exam_id)
        .where(ExamWindow.id == window_id)
    ).one_or_none()
    if found is None or not expected_in_exam(session, found[1].id, actor.person_id, now):
        raise NotFound("window_unknown")
    window, exam = found
    open_one = session.scalar(
        select(Attempt.public_id).where(
            Attempt.person_id == actor.person_id,
            Attempt.exam_id == exam.id,
            Attempt.state == AttemptState.OPEN,
        )
    )
    if open_one is not None:
        return open_one
    made = attempts_made(session, actor.person_id, exam.id)
    check_start(Span(window.opens_at, window.closes_at), now, made, exam.tries)
    if is_recused(session, actor.person_id, exam, now):
        raise Conflict("recused")
    return _open(session, actor, now, window, exam, seed or secrets.token_hex(32)).public_id


def _open(
    session: Session, actor: Actor, now: datetime, window: ExamWindow, exam: Exam, seed: str
) -> Attempt:
    """Draw, pin and record a new attempt."""
    pool = pools.pool_of(session, window, exam, now)
    try:
        placed = draw(
            pools.blueprint_of(session, exam.blueprint_id), pools.candidates_of(pool), seed
        )
    except NotEnough as short:
        raise Conflict("paper_cannot_be_drawn", exam=exam.id) from short
    last = session.scalar(
        select(Attempt.number)
        .where(Attempt.window_id == window.id, Attempt.person_id == actor.person_id)
        .order_by(Attempt.number.desc())
        .limit(1)
    )
    attempt = Attempt(
        public_id=new_public_id(),
        exam_id=exam.id,
        window_id=window.id,
        person_id=actor.person_id,
        number=(last or 0) + 1,
        channel=Channel.ONLINE,
        state=AttemptState.OPEN,
        seed=seed,
        pool_id=pool.id,
        started_at=now,
        base_deadline=base_deadline(now, timedelta(seconds=exam.duration_s), window.closes_at),
    )
    session.add(attempt)
    session.flush()
    _pin(session, attempt, placed, pools.blueprint_of(session, exam.blueprint_id).cells)
    audit.record(session, actor, now, "attempt.started", ("attempt", attempt.id), window=window.id)
    return attempt


def _pin(session: Session, attempt: Attempt, placed: list[Placed], cells: tuple) -> None:  # type: ignore[type-arg]
    """Store the paper as drawn: versions, order, option order, marks. The stored list rules."""
    sections = {cell.ordinal: cell.section for cell in cells}
    found = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.type,
            QuestionVersion.stem,
            QuestionVersion.options,
        ).where(QuestionVersion.id.in_([each.id for each in placed]))
    )
    versions = {row.id: row for row in found}
    rows = []
    for each in placed:
        version = versions[each.id]
        options = {o["id"]: from_json(o["content"]).plain for o in version.options}
        order = order_options(
            attempt.seed, each.id, QuestionType(version.type), list(options), list(options.values())
        )
        rows.append(
            {
                "attempt_id": attempt.id,
                "ordinal": each.ordinal,
                "version_id": each.id,
                "section": sections[each.cell],
                "type": version.type,
                "blanks": from_json(version.stem).blanks,
                "option_order": order,
                "marks": each.marks,
            }
        )
    session.execute(insert(PaperQuestion), rows)


def redraw(session: Session, attempt_id: int) -> list[Placed]:
    """The paper again from its seed and stored draw input, to prove how it came about."""
    attempt = session.get_one(Attempt, attempt_id)
    pool = session.get_one(DrawPool, attempt.pool_id)
    exam = session.get_one(Exam, attempt.exam_id)
    blueprint = pools.blueprint_of(session, exam.blueprint_id)
    return draw(blueprint, pools.candidates_of(pool), attempt.seed)


def _reached(
    session: Session, actor: Actor, now: datetime, permission: Permission, public_id: str
) -> Attempt:
    """The attempt, if its exam's owner is within the actor's grants; locked."""
    actor.must(permission)
    reach = units_in_scope(actor, permission, local_day(now))
    attempt = session.scalar(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == public_id, Exam.owner_unit_id.in_(reach))
        .with_for_update(of=Attempt)
    )
    if attempt is None:
        raise NotFound("attempt_unknown")
    return attempt


def allow(
    session: Session, actor: Actor, now: datetime, public_id: str, seconds: int, reason: str
) -> None:
    """Give an open attempt further time, with a reason; appended, never taken back."""
    attempt = _reached(session, actor, now, Permission.ALLOWANCE_GRANT, public_id)
    if attempt.state != AttemptState.OPEN:
        raise Conflict("attempt_ended")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    session.add(
        Allowance(
            attempt_id=attempt.id,
            seconds=seconds,
            reason=reason.strip(),
            recorded_at=now,
            recorded_by=actor.person_id,
        )
    )
    audit.record(
        session, actor, now, "attempt.allowed", ("attempt", attempt.id), seconds=seconds
    )


def void(session: Session, actor: Actor, now: datetime, public_id: str, reason: str) -> None:
    """Void an attempt, with a reason; what it completed is withdrawn. A repeat changes nothing."""
    attempt = _reached(session, actor, now, Permission.ATTEMPT_VOID, public_id)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if attempt.state == AttemptState.VOIDED:
        return
    attempt.state = AttemptState.VOIDED
    attempt.voided_at = now
    attempt.void_reason = reason.strip()
    session.flush()
    study.withdraw_source(session, actor, now, f"attempt:{attempt.id}", reason.strip())
    audit.record(session, actor, now, "attempt.voided", ("attempt", attempt.id))


def session_until(session: Session, public_id: str) -> datetime:
    """How long the candidate's sign-in must last: a day past the deadline."""
    base = session.execute(
        select(Attempt.base_deadline).where(Attempt.public_id == public_id)
    ).scalar_one()
    return base + timedelta(days=1)
