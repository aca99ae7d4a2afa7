"""What a proctor may do to a running exam: give time, void, announce; each audited."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.exams import answers_to_mark, attempt_news
from learnapp.db.exams.allowances import lock_answering, time_given
from learnapp.db.exams.attempt_models import Allowance
from learnapp.db.exams.models import Announcement
from learnapp.db.exams.reach import lock_attempt, window_in_reach
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.corrections import reducible
from learnapp.domain.exams.exams import AttemptState, Cause, VoidCause
from learnapp.services.exams import credit

LONGEST_ANNOUNCEMENT = 200  # characters: a phone shows it above the question


def allow(caller: Caller, public_id: str, seconds: int, reason: str) -> None:
    """Give an open attempt further time, with a reason; appended."""
    attempt = lock_attempt(caller, public_id, Permission.ALLOWANCE_GRANT)
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
    attempt = lock_attempt(caller, public_id, Permission.ALLOWANCE_GRANT)
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
    time = time_given(session, attempt_id)
    most = int(reducible(time.until, time.given, caller.now).total_seconds())
    taken = min(seconds, most)
    if taken:
        session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=-taken,
                cause=Cause.REDUCED,
                reason=reason.strip()[: lengths.LINE],
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
            )
        )
        session.flush()
    return taken


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
    found = lock_answering(caller, window_id, unit_id)
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

    For a power cut: one action, one reason, an allowance for each open attempt of the window but the
    actor's own, for which another proctor is asked.
    """
    caller.actor.must(Permission.ALLOWANCE_GRANT)
    if seconds <= 0 or not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    found = lock_answering(caller, window_id, unit_id)
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


def void(caller: Caller, public_id: str, reason: str, cause: VoidCause = VoidCause.OTHER) -> None:
    """Void an attempt, with a reason; its completion follows the other attempts. A repeat changes nothing.

    After misconduct (违纪) nothing but a resit is left of the exam; otherwise it may be begun anew.
    """
    attempt = lock_attempt(caller, public_id, Permission.ATTEMPT_VOID)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if attempt.state == AttemptState.VOIDED:
        return
    attempt.state = AttemptState.VOIDED
    attempt.voided_at = caller.now
    attempt.void_reason, attempt.void_cause = reason.strip(), cause
    caller.session.flush()
    answers_to_mark.remove(caller.session, attempt.id)
    credit.follow_results(
        caller.session, caller.now, attempt.person_id, attempt.exam_id, reason.strip()
    )
    audit_log.record(caller, "attempt.voided", ("attempt", attempt.id), cause=str(cause))


def announce(caller: Caller, window_id: int, text: str) -> None:
    """Say something to everybody who answers in a window; an empty text takes the last one back.

    Raises NotFound for a window out of reach, RuleBroken("text", "announcement_long").
    """
    _exam, window = window_in_reach(caller, window_id, Permission.ANNOUNCE)
    _say(caller, (window.id, None), text)


def announce_in(caller: Caller, window_id: int, text: str) -> None:
    """The same as part of another action on the window, whose permission was checked."""
    _say(caller, (window_id, None), text)


def announce_to(caller: Caller, public_id: str, text: str) -> None:
    """The same to one open attempt. Raises NotFound, Conflict("attempt_ended")."""
    attempt = lock_attempt(caller, public_id, Permission.ANNOUNCE)
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
