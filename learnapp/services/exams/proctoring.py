"""What a proctor may do to a running exam: give time, void, announce; each audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.core.caller import Caller
from learnapp.db.exams import answers_to_mark, attempt_news
from learnapp.db.exams.attempt_models import Allowance, Attempt
from learnapp.db.exams.models import Announcement, Exam
from learnapp.db.exams.roll import units_at_start
from learnapp.db.operations import audit_log
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.db.people.unit_trees import subtree
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.corrections import reducible
from learnapp.domain.exams.exams import TAKEN_BACK, AttemptState, Cause, deadline
from learnapp.services.exams import credit
from learnapp.services.exams.monitoring import window_in_reach

LONGEST_ANNOUNCEMENT = 200  # characters: a phone shows it above the question


def _reached(caller: Caller, permission: Permission, public_id: str) -> Attempt:
    """The attempt, if its exam's owner is within the actor's grants; locked, never one's own."""
    actor = caller.actor
    actor.must(permission)
    reach = units_in_scope(actor, permission, local_day(caller.now))
    attempt = caller.session.scalar(
        select(Attempt)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(Attempt.public_id == public_id, Exam.owner_unit_id.in_(reach))
        .with_for_update(of=Attempt)
    )
    if attempt is None:
        raise NotFound("attempt_unknown")
    refuse_own(actor, attempt.person_id)
    return attempt


def allow(caller: Caller, public_id: str, seconds: int, reason: str) -> None:
    """Give an open attempt further time, with a reason; appended."""
    attempt = _reached(caller, Permission.ALLOWANCE_GRANT, public_id)
    if attempt.state != AttemptState.OPEN:
        raise Conflict("attempt_ended")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    caller.session.add(
        Allowance(
            attempt_id=attempt.id,
            seconds=seconds,
            reason=reason.strip(),
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    audit_log.record(caller, "attempt.allowed", ("attempt", attempt.id), seconds=seconds)


def reduce(caller: Caller, public_id: str, seconds: int, reason: str) -> int:
    """Take back what was given to an open attempt and is not used yet; how many seconds that were.

    Never below what the attempt had before anybody gave it time, and a minute is left. Raises
    Conflict("nothing_to_reduce") where all is used, RuleBroken, NotFound, Forbidden("own_case").
    """
    attempt = _reached(caller, Permission.ALLOWANCE_GRANT, public_id)
    if attempt.state != AttemptState.OPEN:
        raise Conflict("attempt_ended")
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    taken = _take_back(caller, attempt.id, seconds, reason)
    if not taken:
        raise Conflict("nothing_to_reduce")
    audit_log.record(caller, "attempt.reduced", ("attempt", attempt.id), seconds=taken)
    return taken


def _take_back(caller: Caller, attempt_id: int, seconds: int, reason: str) -> int:
    """Append the reduction of a locked attempt by at most so much; what was taken."""
    session = caller.session
    until, given = time_given(session, attempt_id)
    most = int(reducible(until, given, caller.now).total_seconds())
    taken = min(seconds, most)
    if taken:
        session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=-taken,
                cause=Cause.REDUCED,
                reason=reason.strip()[:400],
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
            )
        )
        session.flush()
    return taken


def time_given(session: Session, attempt_id: int) -> tuple[datetime, timedelta]:
    """An attempt's deadline, and how much of it somebody gave and may take back."""
    by_hand = func.sum(Allowance.seconds).filter(Allowance.cause.in_(TAKEN_BACK))
    row = session.execute(
        select(
            Attempt.base_deadline,
            total(Allowance.seconds).label("extra"),
            func.coalesce(by_hand, 0).label("given"),
        )
        .outerjoin(Allowance, Allowance.attempt_id == Attempt.id)
        .where(Attempt.id == attempt_id)
        .group_by(Attempt.id, Attempt.base_deadline)
    ).one()
    return deadline(row.base_deadline, row.extra), timedelta(seconds=int(row.given))


def reduce_unit(
    caller: Caller,
    window_id: int,
    unit_id: int,
    seconds: int,
    reason: str,
) -> int:
    """Take time back from everybody of a unit, and below it, who is answering and was given some;
    each loses at most what is not used. How many lost any."""
    caller.actor.must(Permission.ALLOWANCE_GRANT)
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    found = _answering(caller, window_id, unit_id)
    taken = [_take_back(caller, each, seconds, reason) for each in found]
    count = sum(map(bool, taken))
    about = {"window": window_id, "seconds": seconds, "attempts": count}
    audit_log.record(caller, "unit.reduced", ("unit", unit_id), **about)
    return count


def allow_unit(
    caller: Caller,
    window_id: int,
    unit_id: int,
    seconds: int,
    reason: str,
) -> int:
    """Give everybody of a unit, and below it, who is answering further time; how many there were.

    For a power cut: one deed, one reason, an allowance for each open attempt of the window but the
    actor's own, for which another proctor is asked.
    """
    caller.actor.must(Permission.ALLOWANCE_GRANT)
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    found = _answering(caller, window_id, unit_id)
    for attempt_id in found:
        caller.session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=seconds,
                reason=reason.strip(),
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
            )
        )
    about = {"window": window_id, "seconds": seconds, "attempts": len(found)}
    audit_log.record(caller, "unit.allowed", ("unit", unit_id), **about)
    return len(found)


def _answering(caller: Caller, window_id: int, unit_id: int) -> Sequence[int]:
    """The open attempts in a window within the actor's reach of those who began in a unit or below
    it, but the actor's own; locked. A transfer during an exam takes nobody's time away."""
    session = caller.session
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.ALLOWANCE_GRANT, day)
    line_id = default_line(session).id
    within = select(Unit.id).where(Unit.id.in_(subtree(unit_id, line_id, day)), Unit.id.in_(reach))
    found = session.execute(
        select(Attempt.id, Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.OPEN,
            Exam.owner_unit_id.in_(reach),
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    ).all()
    units = units_at_start(session, line_id, [each.id for each in found], within)
    return [
        each.id
        for each in found
        if each.person_id in units and not is_own(caller.actor, each.person_id)
    ]


def void(caller: Caller, public_id: str, reason: str) -> None:
    """Void an attempt, with a reason; its completion follows the other attempts. A repeat changes nothing."""
    attempt = _reached(caller, Permission.ATTEMPT_VOID, public_id)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if attempt.state == AttemptState.VOIDED:
        return
    attempt.state = AttemptState.VOIDED
    attempt.voided_at = caller.now
    attempt.void_reason = reason.strip()
    caller.session.flush()
    answers_to_mark.remove(caller.session, attempt.id)
    credit.follow_results(
        caller.session, caller.now, attempt.person_id, attempt.exam_id, reason.strip()
    )
    audit_log.record(caller, "attempt.voided", ("attempt", attempt.id))


def announce(caller: Caller, window_id: int, text: str) -> None:
    """Say something to everybody who answers in a window; an empty text takes the last one back.

    Raises NotFound for a window out of reach, RuleBroken("text", "announcement_long").
    """
    _exam, window = window_in_reach(caller, window_id, Permission.ANNOUNCE)
    _say(caller, (window.id, None), text)


def announce_in(caller: Caller, window_id: int, text: str) -> None:
    """The same as part of another deed on the window, whose right was asked for."""
    _say(caller, (window_id, None), text)


def announce_to(caller: Caller, public_id: str, text: str) -> None:
    """The same to one open attempt. Raises NotFound, Conflict("attempt_ended")."""
    attempt = _reached(caller, Permission.ANNOUNCE, public_id)
    if attempt.state != AttemptState.OPEN:
        raise Conflict("attempt_ended")
    _say(caller, (attempt.window_id, attempt.id), text)


def _say(caller: Caller, to: tuple[int, int | None], text: str) -> None:
    """Append an announcement to (window, attempt or None); one that says nothing new is left out."""
    session = caller.session
    words = " ".join(text.split())
    if len(words) > LONGEST_ANNOUNCEMENT:
        raise RuleBroken("text", "announcement_long", most=LONGEST_ANNOUNCEMENT)
    window_id, attempt_id = to
    if words == attempt_news.newest_text(session, window_id, attempt_id):
        return
    row = Announcement(
        window_id=window_id,
        attempt_id=attempt_id,
        text=words,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    session.add(row)
    session.flush()
    subject = ("window", window_id) if attempt_id is None else ("attempt", attempt_id)
    audit_log.record(caller, "exam.announced", subject, announcement=row.id)
