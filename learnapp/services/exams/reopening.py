"""An attempt that was handed in by mistake is open again: with a reason, and the time that was previewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import answers_to_mark
from learnapp.db.exams.allowances import deadline_of
from learnapp.db.exams.attempt_history import begun_since, newest_number, was_read
from learnapp.db.exams.attempt_models import (
    Allowance,
    Attempt,
    AttemptReopening,
    Mark,
    Result,
)
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.reach import attempt_in_window
from learnapp.db.exams.result_visibility import times_of
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import JobRun
from learnapp.db.people.login_names import resolve_logins
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.corrections import HandedIn, check_reopen, left_at_submit, reopened_for
from learnapp.domain.exams.exams import (
    AttemptState,
    Cause,
    Channel,
    Release,
    WindowKind,
    WindowState,
)
from learnapp.domain.exams.result_visibility import release_of
from learnapp.services.exams import credit


@dataclass(frozen=True)
class Reopening:
    """An attempt that was handed in, with what has to be known before it is open again.

    `left`: the time that was left when it was handed in. `seen`: whether its person may have seen
    their marks in sum already.
    """

    public_id: str
    person: str
    login_name: str
    exam_title: str
    window_id: int
    submitted_at: datetime
    submitted_by: str | None
    left: timedelta
    seen: bool
    refusal: Conflict | None


def look(caller: Caller, public_id: str) -> Reopening:
    """What opening an attempt again would mean. Raises NotFound, Forbidden("own_case")."""
    session, now = caller.session, caller.now
    found = attempt_in_window(caller, public_id, Permission.ATTEMPT_REOPEN, lock=False)
    attempt, exam, window = found.attempt, found.exam, found.window
    ((name, login),) = resolve_logins(session, [attempt.person_id])
    refusal = None
    try:
        _check(session, now, attempt, exam, window)
    except Conflict as refused:
        refusal = refused
    return Reopening(
        public_id=public_id,
        person=name,
        login_name=login,
        exam_title=exam.title,
        window_id=window.id,
        submitted_at=attempt.submitted_at or now,
        submitted_by=attempt.submitted_by,
        left=_left(session, attempt, now),
        seen=release_of(Release(exam.release), WindowKind(window.kind)) is Release.AT_ONCE
        and _has_result(session, attempt),
        refusal=refusal,
    )


def reopen(caller: Caller, public_id: str, minutes: int, reason: str) -> datetime | None:
    """Open an attempt again that was handed in; until when it is open, None where it is open already.

    It has the time that was left when it was handed in, or `minutes` if that is more. Its marks and
    result are retained and count no more; its completion follows. Raises NotFound, Forbidden("own_case"),
    RuleBroken, Conflict as `check_reopen` does.
    """
    session, now = caller.session, caller.now
    found = attempt_in_window(caller, public_id, Permission.ATTEMPT_REOPEN, lock=True)
    attempt, exam, window = found.attempt, found.exam, found.window
    if attempt.state == AttemptState.OPEN:
        return None
    _check(session, now, attempt, exam, window)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    time = reopened_for(_left(session, attempt, now), minutes)
    until = max(deadline_of(session, attempt), now + time)
    _append(caller, attempt, time, until, reason.strip()[: lengths.LINE])
    attempt.marks_from = newest_number(session, Mark, attempt.id)
    attempt.results_from = newest_number(session, Result, attempt.id)
    attempt.state, attempt.submitted_at, attempt.submitted_by = AttemptState.OPEN, None, None
    answers_to_mark.remove(session, attempt.id)
    # The clock hands it in once more.
    session.execute(
        delete(JobRun).where(JobRun.job == "submit_attempt", JobRun.period == public_id)
    )
    session.flush()
    credit.follow_results(session, now, attempt.person_id, attempt.exam_id, "reopened")
    params = {"exam": exam.title, "reopened": public_id, "until": until.isoformat()}
    notify(session, now, attempt.person_id, "attempt_reopened", params)
    about = {"seconds": int(time.total_seconds())}
    audit_log.record(caller, "attempt.reopened", ("attempt", attempt.id), **about)
    return until


def _append(
    caller: Caller,
    attempt: Attempt,
    time: timedelta,
    until: datetime,
    reason: str,
) -> None:
    """The fact, and the further time that the attempt needs to be open until then."""
    session = caller.session
    by = {"reason": reason, "recorded_at": caller.now, "recorded_by": caller.actor.person_id}
    session.add(
        AttemptReopening(
            attempt_id=attempt.id,
            submitted_at=attempt.submitted_at,
            submitted_by=attempt.submitted_by,
            seconds_left=int(time.total_seconds()),
            **by,
        )
    )
    more = until - deadline_of(session, attempt)
    seconds = -int(-more // timedelta(seconds=1))  # up to a whole second
    if seconds > 0:
        session.add(Allowance(attempt_id=attempt.id, seconds=seconds, cause=Cause.REOPENED, **by))


def _check(
    session: Session, now: datetime, attempt: Attempt, exam: Exam, window: ExamWindow
) -> None:
    """Raise Conflict unless the attempt was handed in and may be open again."""
    if attempt.state != AttemptState.SUBMITTED:
        raise Conflict("not_handed_in")
    if window.state == WindowState.CANCELLED:
        raise Conflict("window_cancelled")
    times, released_at = times_of(session, exam.id, now)
    release = release_of(Release(exam.release), WindowKind(window.kind))
    check_reopen(
        HandedIn(
            keys_open=times.is_open(window.id, now),
            released=released_at is not None
            or (release is Release.AT_CLOSE and now >= window.closes_at),
            marked_by_hand=was_read(session, attempt.id),
            begun_since=begun_since(session, attempt),
            on_paper=attempt.channel == Channel.PAPER,
        )
    )


def _has_result(session: Session, attempt: Attempt) -> bool:
    return newest_number(session, Result, attempt.id) > attempt.results_from


def _left(session: Session, attempt: Attempt, now: datetime) -> timedelta:
    """Nothing for one that is open, which has what it has."""
    if attempt.submitted_at is None:
        return timedelta()
    return left_at_submit(deadline_of(session, attempt), attempt.submitted_at, now)
