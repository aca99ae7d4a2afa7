"""The state of what a person owes: one function for a portion, one for an exam, asked everywhere.

A page, a figure or a notice never decides by itself what is done, waiting or late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from learnapp.domain.exams.exams import AttemptState, CountingRule, WindowKind, WindowTimes
from learnapp.domain.exams.outcomes import AttemptFacts, Phase, in_order, passing, phase_of, tried
from learnapp.domain.exams.retakes import ineligibility_reason, tries_made
from learnapp.domain.study.programme import Due


class OwedState(StrEnum):
    """What an item is to one person now."""

    DONE = "owed_done"  # 已完成
    NOT_OPEN = "owed_not_open"  # 未开放
    TO_DO = "owed_to_do"  # 未开始
    ANSWERING = "owed_answering"  # 作答中
    ON_PAPER = "owed_on_paper"  # 纸笔作答，待录入
    AWAITING_MARKS = "owed_awaiting_marks"  # 已交卷，待阅
    AWAITING_RELEASE = "owed_awaiting_release"  # 已交卷，成绩未公布
    REMEDIAL = "owed_remedial"  # 未合格，可补学
    RETAKE = "owed_retake"  # 未合格，可再考
    RETAKE_COMING = "owed_retake_coming"  # 未合格，补考待开
    FAILED = "owed_failed"  # 未合格，没有补考
    OVERDUE_OPEN = "owed_overdue_open"  # 已过期，可补
    OVERDUE_COMING = "owed_overdue_coming"  # 已过期，补考待开
    OVERDUE_CLOSED = "owed_overdue_closed"  # 已过期，不可补
    EXCUSED = "owed_excused"  # 免考、免学
    DEFERRED = "owed_deferred"  # 缓考
    VOIDED = "owed_voided"  # 已作废，请联系
    VOIDED_OPEN = "owed_voided_open"  # 已作废，可重新作答
    WITHDRAWN = "owed_withdrawn"  # 被退回


class Target(StrEnum):
    """Where something can be done about it; the web layer knows the address."""

    PORTION = "portion"
    PAPER = "paper"
    WINDOW = "window"
    RESULT = "result"
    WAY_BACK = "way_back"
    EXAMS = "exams"
    NOWHERE = "nowhere"


WAITING = frozenset(
    {
        OwedState.ON_PAPER,
        OwedState.AWAITING_MARKS,
        OwedState.AWAITING_RELEASE,
        OwedState.DEFERRED,
    }
)
OVERDUE = frozenset({OwedState.OVERDUE_OPEN, OwedState.OVERDUE_COMING, OwedState.OVERDUE_CLOSED})
NOT_PASSED = frozenset(
    {
        OwedState.REMEDIAL,
        OwedState.RETAKE,
        OwedState.RETAKE_COMING,
        OwedState.FAILED,
        OwedState.VOIDED,
        OwedState.VOIDED_OPEN,
        OwedState.WITHDRAWN,
    }
)


@dataclass(frozen=True)
class Owed:
    """A state with what is needed to describe it and to act on it.

    `until`: until when something can be done; `opens_at`: from when, while it can't yet.
    """

    state: OwedState
    target: Target
    until: datetime | None = None
    opens_at: datetime | None = None
    window_id: int | None = None
    attempt: str | None = None  # the public id
    deferred: bool = False


def state_of_portion(due: Due, done: bool, now: datetime) -> Owed:
    """The state of a portion that is asked: one can go on reading it after it fell due."""
    if done:
        return Owed(OwedState.DONE, Target.PORTION)
    if due.at is None:
        return Owed(OwedState.EXCUSED, Target.PORTION)
    if due.at <= now:
        return Owed(OwedState.OVERDUE_OPEN, Target.PORTION)
    return Owed(OwedState.TO_DO, Target.PORTION, until=due.at, deferred=due.deferred)


def state_of_session(starts_at: datetime, done: bool, now: datetime) -> Owed:
    """The state of a session that a unit offers: done by being there; afterwards it can't be made up."""
    if done:
        return Owed(OwedState.DONE, Target.NOWHERE)
    if starts_at > now:
        return Owed(OwedState.NOT_OPEN, Target.NOWHERE, opens_at=starts_at)
    return Owed(OwedState.OVERDUE_CLOSED, Target.NOWHERE)


@dataclass(frozen=True)
class WindowFacts:
    """A window of an exam; `for_person` is False where it is a batch of others."""

    id: int
    kind: WindowKind
    opens_at: datetime
    closes_at: datetime
    for_person: bool


@dataclass(frozen=True)
class ExamFacts:
    """All that is known of one exam for one person.

    `due` is None when nobody asks it of them (any more), or it was retired: then no window is for
    them, and what they began or handed in keeps its state. `done`: a completion of it holds.
    """

    tries: int
    counts: CountingRule
    due: Due | None
    done: bool
    windows: Sequence[WindowFacts]
    attempts: Sequence[AttemptFacts]


def state_of_exam(exam: ExamFacts, now: datetime) -> Owed:
    """The state of an exam: what was begun, then what came of it, then what may still be begun."""
    live = [each for each in exam.attempts if each.state is not AttemptState.VOIDED]
    for each in live:
        if phase_of(each, now) in (Phase.ANSWERING, Phase.ON_PAPER):
            return state_of_attempt(each, now)
    if live:
        found = _after(exam, in_order(live), now)
    elif exam.done:
        found = Owed(OwedState.DONE, Target.EXAMS)
    else:
        found = _before(exam, now)
    return replace(found, deferred=exam.due is not None and exam.due.deferred)


_OF_PHASE = {
    Phase.ANSWERING: (OwedState.ANSWERING, Target.PAPER),
    Phase.ON_PAPER: (OwedState.ON_PAPER, Target.RESULT),
    Phase.AWAITING_MARKS: (OwedState.AWAITING_MARKS, Target.RESULT),
    Phase.AWAITING_RELEASE: (OwedState.AWAITING_RELEASE, Target.RESULT),
    Phase.PASSED: (OwedState.DONE, Target.RESULT),
    Phase.FAILED: (OwedState.FAILED, Target.RESULT),
    Phase.VOIDED: (OwedState.VOIDED, Target.RESULT),
}


def state_of_attempt(attempt: AttemptFacts, now: datetime) -> Owed:
    """The state of one attempt by itself, regardless of what else the exam offers."""
    phase = phase_of(attempt, now)
    state, target = _OF_PHASE[phase]
    until = attempt.deadline if phase is Phase.ANSWERING else None
    return Owed(state, target, until, window_id=attempt.window_id, attempt=attempt.public_id)


def is_for(exam: ExamFacts, window: WindowFacts) -> bool:
    """Whether a window is for this person: asked, in its batch, and by its kind (make-ups for the
    absent, retakes for the failed)."""
    if exam.due is None or not window.for_person:
        return False
    return ineligibility_reason(window.kind, tried(exam.counts, exam.attempts)) is None


def may_begin(exam: ExamFacts, window: WindowFacts) -> bool:
    """Whether the person may begin an attempt in a window while it is open: a try is left."""
    made = tries_made(window.kind, window.id, tried(exam.counts, exam.attempts))
    return is_for(exam, window) and made < exam.tries


def _open_now(exam: ExamFacts, now: datetime) -> WindowFacts | None:
    """The window in which the person may begin now; 补学 only where there is no other."""
    found = [
        each
        for each in exam.windows
        if WindowTimes(each.opens_at, each.closes_at).holds(now) and may_begin(exam, each)
    ]
    return min(
        found,
        key=lambda each: (each.kind is WindowKind.REMEDIAL, each.closes_at, each.id),
        default=None,
    )


def _coming(exam: ExamFacts, now: datetime) -> WindowFacts | None:
    """The next window in which the person may begin."""
    found = [each for each in exam.windows if each.opens_at > now and may_begin(exam, each)]
    return min(found, key=lambda each: (each.opens_at, each.id), default=None)


def _after(exam: ExamFacts, made: list[AttemptFacts], now: datetime) -> Owed:
    """The state once something was handed in. What may not be known yet decides nothing but that
    it waits: neither a pass nor a fail shows before its marks may be seen."""
    hidden = [each for each in made if each.known_pass is None]
    known = passing(exam.counts, [each for each in made if each.known_pass is not None])
    if exam.counts is CountingRule.LAST and hidden and hidden[-1] is made[-1]:
        return state_of_attempt(made[-1], now)
    if known and (exam.done or exam.due is None):
        return state_of_attempt(known[-1], now)
    if hidden:
        return state_of_attempt(hidden[-1], now)
    if exam.done:
        return Owed(OwedState.DONE, Target.RESULT, attempt=made[-1].public_id)
    return _again(exam, made[-1], bool(known), now)


def _again(exam: ExamFacts, last: AttemptFacts, withdrawn: bool, now: datetime) -> Owed:
    """The state of who failed, or whose pass a person withdrew."""
    mine = last.public_id
    window = _open_now(exam, now)
    if window is None:
        coming = _coming(exam, now)
        if withdrawn:
            return Owed(OwedState.WITHDRAWN, Target.RESULT, attempt=mine)
        if coming is None:
            return Owed(OwedState.FAILED, Target.RESULT, attempt=mine)
        at = coming.opens_at
        return Owed(OwedState.RETAKE_COMING, Target.RESULT, opens_at=at, attempt=mine)
    state, target = OwedState.RETAKE, Target.WINDOW
    if withdrawn:
        state = OwedState.WITHDRAWN
    elif window.kind is WindowKind.REMEDIAL:
        state, target = OwedState.REMEDIAL, Target.WAY_BACK
    return Owed(state, target, until=window.closes_at, window_id=window.id, attempt=mine)


def _before(exam: ExamFacts, now: datetime) -> Owed:
    """The state while nothing that counts was handed in."""
    window, coming = _open_now(exam, now), _coming(exam, now)
    voided = in_order(exam.attempts)
    if voided:
        return _voided(voided[-1], window, coming)
    due = exam.due
    excused = due is not None and due.at is None
    late = due is not None and due.at is not None and due.at <= now
    if window is not None:
        state = OwedState.OVERDUE_OPEN if late else OwedState.TO_DO
        if excused:
            state = OwedState.EXCUSED
        elif not late and due is not None and due.deferred and window.kind is WindowKind.MAIN:
            state = OwedState.DEFERRED  # away on its day: it may be sat all the same
        return Owed(state, Target.WINDOW, until=window.closes_at, window_id=window.id)
    if excused:
        return Owed(OwedState.EXCUSED, Target.EXAMS)
    missed = late or any(each.for_person and each.closes_at <= now for each in exam.windows)
    opens = None if coming is None else coming.opens_at
    if missed and not late and due is not None and due.deferred:
        return Owed(OwedState.DEFERRED, Target.EXAMS, opens_at=opens)
    if not missed:
        return Owed(OwedState.NOT_OPEN, Target.EXAMS, opens_at=opens)
    state = OwedState.OVERDUE_CLOSED if coming is None else OwedState.OVERDUE_COMING
    return Owed(state, Target.EXAMS, opens_at=opens)


def _voided(last: AttemptFacts, window: WindowFacts | None, coming: WindowFacts | None) -> Owed:
    """The state of whose only attempts were voided."""
    mine = last.public_id
    if window is not None:
        until, at = window.closes_at, window.id
        return Owed(OwedState.VOIDED_OPEN, Target.WINDOW, until, window_id=at, attempt=mine)
    if coming is not None:
        opens = coming.opens_at
        return Owed(OwedState.VOIDED_OPEN, Target.RESULT, opens_at=opens, attempt=mine)
    return Owed(OwedState.VOIDED, Target.RESULT, attempt=mine)
