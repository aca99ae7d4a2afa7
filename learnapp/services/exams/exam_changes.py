"""An exam, or all of its series from it on, changed after it was made: seen first, then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing, exam_rows, windows
from learnapp.db.exams.attempt_history import has_sat
from learnapp.db.exams.attempt_models import Allowance
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.open_attempts import open_attempts
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.operations import audit_log
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, DomainError, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.corrections import check_times, extension
from learnapp.domain.exams.exams import Cause, Release, WindowKind, WindowState, WindowTimes
from learnapp.domain.exams.recurring import STILL, Shift, shifted
from learnapp.domain.exams.settings_change import ExamSettings, check_settings
from learnapp.services.exams import auto_marking, window_corrections

MOST_JUDGED = 80  # results that are judged again while one waits


@dataclass(frozen=True)
class ExamChange:
    """What an admin wants of an exam; `onward`: of all later ones of its series too.

    None leaves a setting as it is. `shift` moves the windows. The title is that of one exam alone.
    """

    title: str | None = None
    duration: timedelta | None = None
    pass_permille: int | None = None
    tries: int | None = None
    release: Release | None = None
    shift: Shift = STILL
    onward: bool = False
    reason: str = ""


@dataclass(frozen=True)
class ExamChanged:
    """One exam before and after; `refused`: why it stays as it is.

    `answering` are given the time by which the exam is longer; `passing` had failed and will have
    passed by a lower pass mark.
    """

    exam: Exam
    before: ExamSettings
    after: ExamSettings
    windows: tuple[tuple[ExamWindow, WindowTimes], ...]
    answering: int = 0
    passing: tuple[int, ...] = ()
    refused: DomainError | None = None

    @property
    def changes(self) -> bool:
        """Whether anything of it would be another."""
        return self.before != self.after or any(
            new != WindowTimes(window.opens_at, window.closes_at) for window, new in self.windows
        )


def preview(caller: Caller, exam_id: int, change: ExamChange) -> list[ExamChanged]:
    """What the change does to the exam, and to those after it; nothing is written.

    What an exam of a series does not allow is named in its row; the others change all the same.
    Raises what the exam itself does not allow: NotFound, RuleBroken, Conflict; Forbidden("own_case") for
    another pass mark of an exam that the actor has sat.
    """
    exam = exam_in_reach(caller, exam_id, Permission.EXAM_EDIT)
    first = _changed(caller, exam, change)
    if first.refused is not None:
        raise first.refused
    later = exam_rows.later_of_series(caller.session, exam) if change.onward else []
    rest = replace(change, title=None)
    return [first, *(_changed(caller, each, rest) for each in later)]


def _changed(caller: Caller, exam: Exam, change: ExamChange) -> ExamChanged:
    session = caller.session
    total = drawing.blueprint_of(session, exam.blueprint_id).total_marks
    before = settings_of(exam)
    after = ExamSettings(
        before.title if change.title is None else change.title.strip(),
        change.duration or before.duration,
        before.pass_mark
        if change.pass_permille is None
        else -(-total * change.pass_permille // 1000),
        change.tries or before.tries,
        change.release or before.release,
    )
    moves = _moves(caller, exam, change.shift)
    found = ExamChanged(exam, before, after, moves)
    if after.pass_mark != before.pass_mark and has_sat(session, caller.actor.person_id, exam.id):
        refuse_own(caller.actor, caller.actor.person_id)
    try:
        use = exam_rows.use_of(session, exam.id)
        check_settings(before, after, use, total)
        for window, new in moves:
            current = window_corrections.window_now(session, exam, window, caller.now)
            if new != current.span:
                check_times(current, new, caller.now)
        if any(new != WindowTimes(w.opens_at, w.closes_at) for w, new in moves):
            _needs_reason(change.reason)
        passing = (
            _passing(caller, exam, after.pass_mark) if after.pass_mark < before.pass_mark else ()
        )
    except (RuleBroken, Conflict) as refused:
        return replace(found, refused=refused)
    answering = len(_longer(caller, exam, after)) if after.duration > before.duration else 0
    return replace(found, answering=answering, passing=tuple(passing))


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")


def settings_of(exam: Exam) -> ExamSettings:
    """An exam's settings as they are."""
    return ExamSettings(
        exam.title,
        timedelta(seconds=exam.duration_s),
        exam.pass_mark,
        exam.tries,
        Release(exam.release),
    )


def _moves(caller: Caller, exam: Exam, shift: Shift) -> tuple[tuple[ExamWindow, WindowTimes], ...]:
    """The windows that are not cancelled, and not over, with their times once they are shifted."""
    return tuple(
        (each, shifted(WindowKind(each.kind), WindowTimes(each.opens_at, each.closes_at), shift))
        for each in windows.windows_of(caller.session, exam.id)
        if each.state != WindowState.CANCELLED and each.closes_at > caller.now
    )


def _passing(caller: Caller, exam: Exam, pass_mark: int) -> Sequence[int]:
    """The attempts that would have passed by a lower pass mark.

    Raises Conflict("too_many_results") where they are more than can be judged at once.
    """
    found = exam_rows.failed_with(caller.session, exam.id, pass_mark)
    if len(found) > MOST_JUDGED:
        raise Conflict("too_many_results", n=len(found), most=MOST_JUDGED)
    return found


def _longer(caller: Caller, exam: Exam, after: ExamSettings) -> list[tuple[int, int]]:
    """(attempt, seconds) of those who answer now, as far as a longer exam gives them time; one's own
    attempt is given none."""
    found = []
    for window in windows.windows_of(caller.session, exam.id):
        for each in open_attempts(caller.session, window.id):
            more = extension(each.started_at, after.duration, each.held, window.closes_at)
            if more and not is_own(caller.actor, each.person_id):
                found.append((each.id, int(more.total_seconds())))
    return found


def apply(caller: Caller, exam_id: int, change: ExamChange) -> list[ExamChanged]:
    """Do what `preview` shows, and return it; a repeat changes nothing. Raises as it does."""
    found = preview(caller, exam_id, change)
    for each in found:
        if each.refused is None and each.changes:
            _apply_one(caller, each, change.reason)
    return found


def _apply_one(caller: Caller, changed: ExamChanged, reason: str) -> None:
    session, exam, after = caller.session, changed.exam, changed.after
    if changed.answering:
        _give_time(caller, _longer(caller, exam, after), reason)
    exam.title = after.title
    exam.duration_s = int(after.duration.total_seconds())
    exam.pass_mark, exam.tries, exam.release = after.pass_mark, after.tries, after.release
    exam_rows.rename_item(session, exam.id, after.title)
    session.flush()
    for attempt_id in changed.passing:
        auto_marking.judge_again(session, caller.now, attempt_id)
    moved = _move(caller, changed, reason)
    if changed.before != after:
        audit_log.record(
            caller, "exam.changed", ("exam", exam.id),
            minutes=exam.duration_s // 60, pass_mark=exam.pass_mark, tries=exam.tries,
            release=str(exam.release),
        )  # fmt: skip
    if moved is not None:
        exam_rows.follow_in_drafts(session, exam.id, moved)


def _give_time(caller: Caller, attempts: list[tuple[int, int]], reason: str) -> None:
    for attempt_id, seconds in attempts:
        caller.session.add(
            Allowance(
                attempt_id=attempt_id,
                seconds=seconds,
                cause=Cause.WINDOW_CORRECTED,
                reason=reason.strip()[: lengths.LINE],
                recorded_at=caller.now,
                recorded_by=caller.actor.person_id,
            )
        )


def _move(caller: Caller, changed: ExamChanged, reason: str) -> datetime | None:
    """Correct the windows; the new opening of the first main one, if anything moved."""
    moved = [
        window_corrections.correct(caller, window.id, new, reason)
        for window, new in changed.windows
        if new != WindowTimes(window.opens_at, window.closes_at)
    ]
    if not any(moved):
        return None
    opens = [new.opens_at for window, new in changed.windows if window.kind == WindowKind.MAIN]
    return min(opens, default=None)
