"""A window's times corrected, a window cancelled, a cancellation withdrawn; each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import corrections, pools, windows
from learnapp.db.exams.attempt_models import Allowance
from learnapp.db.exams.models import CorrectionKind, Exam, ExamWindow, WindowCorrection
from learnapp.db.exams.open_attempts import open_attempts
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.exams.result_visibility import times_of
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import JobRun
from learnapp.db.progress import counters
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import end_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.corrections import (
    DueShift,
    WindowNow,
    check_cancel,
    check_restore,
    check_times,
    extension,
    moved_due,
)
from learnapp.domain.exams.exams import Cause, WindowKind, WindowState, WindowTimes
from learnapp.services.exams import proctoring
from learnapp.services.exams.proctoring import LONGEST_ANNOUNCEMENT

# What the scheduler does once for a window; done again when its times move past it.
_AHEAD = ("check_window", "prepare_window", "open_window")


@dataclass(frozen=True)
class CorrectionPreview:
    """A window, the times asked for, and what they would change; `longer` open attempts get time."""

    exam: Exam
    window: ExamWindow
    new: WindowTimes
    answering: int
    longer: int
    due_moves: bool
    stage_ends_at: datetime | None  # where the new close is later than the stage's end

    @property
    def changes(self) -> bool:
        """Whether the times are not what they are already."""
        return self.new != WindowTimes(self.window.opens_at, self.window.closes_at)


def preview(caller: Caller, window_id: int, new: WindowTimes) -> CorrectionPreview:
    """What a correction would do. Raises NotFound, RuleBroken and Conflict as `correct` does."""
    session, now = caller.session, caller.now
    exam, window = window_in_reach(caller, window_id, Permission.EXAM_EDIT)
    if new != WindowTimes(window.opens_at, window.closes_at):
        check_times(window_now(session, exam, window, now), new, now)
    due_from, due_to = _due_move(session, exam, window, new.closes_at, now)
    ends = stage_end(session, exam.id) if window.kind == WindowKind.MAIN else None
    return CorrectionPreview(
        exam=exam,
        window=window,
        new=new,
        answering=len(open_attempts(session, window.id)),
        longer=len(_longer(session, caller.actor, exam, window, new.closes_at)),
        due_moves=due_from is not None and due_to is not None,
        stage_ends_at=ends if ends is not None and ends < new.closes_at else None,
    )


def correct(caller: Caller, window_id: int, new: WindowTimes, reason: str) -> bool:
    """Give a window other times; False where it has these already.

    Open attempts that the old close cut short grow with a later one, by a further allowance. What
    falls due at the old close, and not yet, falls due at the new one. The scheduler's work follows.
    Raises NotFound, RuleBroken(field, code) and Conflict(code), see `check_times`.
    """
    session, now = caller.session, caller.now
    exam, window = _locked(caller, window_id)
    before = WindowTimes(window.opens_at, window.closes_at)
    if new == before:
        return False
    check_times(window_now(session, exam, window, now), new, now)
    _reason(reason)
    due = _due_move(session, exam, window, new.closes_at, now)
    for attempt_id, seconds in _longer(session, caller.actor, exam, window, new.closes_at):
        session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=seconds,
                cause=Cause.WINDOW_CORRECTED,
                reason=reason.strip()[: lengths.LINE],
                recorded_at=now,
                recorded_by=caller.actor.person_id,
            )
        )
    window.opens_at, window.closes_at = new.opens_at, new.closes_at
    _follow(session, window, now)
    _record(caller, window, _Correction(CorrectionKind.CORRECTED, before, due, reason))
    return True


def cancel(caller: Caller, window_id: int, reason: str) -> bool:
    """Cancel a window in which nobody has an attempt that is open or was handed in; False for a
    repeat. The reason is announced on its start page. Raises NotFound, RuleBroken, Conflict, see
    `check_cancel`."""
    session, now = caller.session, caller.now
    exam, window = _locked(caller, window_id)
    if window.state == WindowState.CANCELLED:
        return False
    check_cancel(
        window_now(session, exam, window, now),
        now,
        windows.attempts_that_count(session, window.id),
    )
    _reason(reason)
    due = _due_of_others(session, exam, window, now)
    window.state = WindowState.CANCELLED
    _let_go_of_pool(session, window)
    span = WindowTimes(window.opens_at, window.closes_at)
    _record(caller, window, _Correction(CorrectionKind.CANCELLED, span, due, reason))
    proctoring.announce_in(caller, window.id, reason[:LONGEST_ANNOUNCEMENT])
    return True


def restore(caller: Caller, window_id: int, reason: str) -> bool:
    """Take a cancellation back until the window would have opened; False where there is none."""
    session, now = caller.session, caller.now
    exam, window = _locked(caller, window_id)
    if window.state != WindowState.CANCELLED:
        return False
    check_restore(window_now(session, exam, window, now), now)
    _reason(reason)
    window.state = WindowState.PLANNED
    _do_again(session, window.id, _AHEAD)
    span = WindowTimes(window.opens_at, window.closes_at)
    back = _due_before_cancel(session, window, now)
    _record(caller, window, _Correction(CorrectionKind.RESTORED, span, back, reason))
    proctoring.announce_in(caller, window.id, "")
    return True


def window_now(session: Session, exam: Exam, window: ExamWindow, now: datetime) -> WindowNow:
    """A window as the rules of its correction ask for it."""
    times, _ = times_of(session, exam.id, now)
    cancelled = window.state == WindowState.CANCELLED
    return WindowNow(
        span=WindowTimes(window.opens_at, window.closes_at),
        duration=timedelta(seconds=exam.duration_s),
        cancelled=cancelled,
        keys_open=window.kind != WindowKind.REMEDIAL  # its papers come when keys are out anyway
        and not cancelled
        and window.closes_at <= now
        and times.is_open(window.id, now),
        answering=tuple(each.deadline for each in open_attempts(session, window.id)),
    )


def _locked(caller: Caller, window_id: int) -> tuple[Exam, ExamWindow]:
    """The window with its exam, locked. Raises NotFound out of reach."""
    exam, window = window_in_reach(caller, window_id, Permission.EXAM_EDIT)
    caller.session.refresh(window, with_for_update=True)
    return exam, window


def _reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")


def _longer(
    session: Session, actor: Actor, exam: Exam, window: ExamWindow, closes_at: datetime
) -> list[tuple[int, int]]:
    """(attempt id, seconds) of the open attempts that grow with a later close; the actor's own does
    not: another person gives it time."""
    duration = timedelta(seconds=exam.duration_s)
    if closes_at <= window.closes_at:
        return []
    found = [
        (each.id, int(extension(each.started_at, duration, each.held, closes_at).total_seconds()))
        for each in open_attempts(session, window.id)
        if not is_own(actor, each.person_id)
    ]
    return [(attempt_id, seconds) for attempt_id, seconds in found if seconds]


Due = tuple[datetime | None, datetime | None]


def _due_move(
    session: Session, exam: Exam, window: ExamWindow, closes_at: datetime, now: datetime
) -> Due:
    """From when to when moves what was to fall due as a main window closes; nothing that is due.

    Nothing falls due after its stage.
    """
    if window.kind != WindowKind.MAIN or window.closes_at <= now:
        return None, None
    ends = stage_end(session, exam.id) or closes_at
    old, new = min(window.closes_at, ends), min(closes_at, ends)
    return (old, new) if new != old and old > now else (None, None)


def _due_of_others(session: Session, exam: Exam, window: ExamWindow, now: datetime) -> Due:
    """The same when a window is cancelled: what fell due with it does so with the next main one."""
    later = [
        each.closes_at
        for each in windows.main_beside(session, window)
        if each.state != WindowState.CANCELLED and each.closes_at > window.closes_at
    ]
    return _due_move(session, exam, window, min(later), now) if later else (None, None)


def _due_before_cancel(session: Session, window: ExamWindow, now: datetime) -> Due:
    """What the cancellation moved, moved back; nothing that is due already."""
    last = corrections.last_cancellation(session, [window.id])
    if last is None or last.due_to is None:
        return None, None
    since = corrections.corrections_after(session, last)
    moves = [
        DueShift(each.due_from, each.due_to) for each in since if each.due_from and each.due_to
    ]
    due = moved_due(last.due_to, moves)
    return (due, last.due_from) if due > now else (None, None)


def stage_end(session: Session, exam_id: int) -> datetime | None:
    """The end of the last day of the stage in force that asks the exam, the earliest of several."""
    last = windows.last_day_asked(session, exam_id)
    return None if last is None else end_of(last)


def _follow(session: Session, window: ExamWindow, now: datetime) -> None:
    """Let the scheduler do again what the new times ask for; a pool made too early is made again."""
    if now < window.opens_at:
        window.state, window.opened_at, window.closed_at = WindowState.PLANNED, None, None
        _do_again(session, window.id, (*_AHEAD, "close_window"))
        _let_go_of_pool(session, window)
    elif window.state == WindowState.CLOSED and now < window.closes_at:
        window.state, window.closed_at = WindowState.OPEN, None
        _do_again(session, window.id, ("close_window",))
    session.flush()


def _do_again(session: Session, window_id: int, jobs: tuple[str, ...]) -> None:
    session.execute(
        delete(JobRun).where(JobRun.job.in_(jobs), JobRun.period == cast(window_id, String(20)))
    )


def _let_go_of_pool(session: Session, window: ExamWindow) -> None:
    """What a window that has no paper yet draws from is decided again before it opens."""
    if not windows.is_begun(session, window.id):
        window.pool_id, window.overlap = None, None


@dataclass(frozen=True)
class _Correction:
    """What is put right about a window: its times before, what that moves, and why."""

    kind: CorrectionKind
    before: WindowTimes
    due: Due
    reason: str


def _record(caller: Caller, window: ExamWindow, made: _Correction) -> None:
    """Append the correction; audit it; let the counters of the stages concerned be computed again."""
    session = caller.session
    due_from, due_to = made.due
    session.add(
        WindowCorrection(
            window_id=window.id,
            exam_id=window.exam_id,
            kind=made.kind,
            opens_before=made.before.opens_at,
            closes_before=made.before.closes_at,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
            due_from=due_from,
            due_to=due_to,
            reason=made.reason.strip()[: lengths.LINE],
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    session.flush()
    audit_log.record(caller, f"window.{made.kind}", ("exam", window.exam_id), window=window.id)
    if window.kind == WindowKind.MAIN:
        pools.forget_overlaps(session, window.exam_id)
        counters.recount_exam(session, window.exam_id)
