"""The roll of an exam's window: who is expected (应考), who sat (实考), passed, is absent or excused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from learnapp.domain.exams.exams import AttemptState, CountingRule, VoidCause, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts, Phase, in_order, passing, phase_of
from learnapp.domain.exams.retakes import SECOND_CHANCES
from learnapp.domain.study.programme import Due


class RollState(StrEnum):
    """What one person is on a window's roll. The reason of a leave is not in it."""

    ANSWERING = "answering"
    NOT_YET = "not_yet"
    ABSENT = "absent"  # 缺考
    NO_ACCOUNT = "no_account"
    VOIDED = "voided"
    AWAY = "away"  # 缓考: leaves this window's 应考, owed until taken
    EXCUSED = "excused"  # 免考
    SAT = "sat"


@dataclass(frozen=True)
class RollWindow:
    """The window whose roll it is, with the exam's rule of which attempt counts."""

    id: int
    kind: WindowKind
    closes_at: datetime
    counts: CountingRule


@dataclass(frozen=True)
class RollFacts:
    """What is known of one person for one window.

    `asked`: in the exam's audience at the window's close, and in the window's batch. `due`: when
    the window's close falls due for them, after absences. `attempts`: all of theirs in the exam.
    """

    asked: bool
    due: Due
    has_account: bool
    attempts: Sequence[AttemptFacts]


def decisive_attempt(window: RollWindow, attempts: Iterable[AttemptFacts]) -> AttemptFacts | None:
    """The attempt that a window's roll shows of a person, if any: one of this window before others,
    the newest of several; none that was voided.

    Of several tries the open one is the newest: only it can be given time or sent an announcement.
    """
    live = [each for each in in_order(attempts) if each.state is not AttemptState.VOIDED]
    return max(
        live,
        key=lambda each: (each.window_id == window.id, live.index(each)),
        default=None,
    )


def roll_state(window: RollWindow, person: RollFacts, now: datetime) -> RollState | None:
    """What the person is on the window's roll; None for whom it does not hold.

    Who has an attempt in the window is on its roll, regardless of today's audience. A first
    window holds everybody asked; a make-up the absent, a retake those who failed, a resit those
    whose attempt was voided.
    """
    attempt = decisive_attempt(window, person.attempts)
    here = any(each.window_id == window.id for each in person.attempts)
    if not here and not (person.asked and _holds(window, person)):
        return None
    if attempt is not None and (here or window.kind is WindowKind.MAIN):
        return _of_attempt(attempt, now)
    if here or (person.attempts and window.kind is WindowKind.MAIN):
        return RollState.VOIDED
    if person.due.at is None:
        return RollState.EXCUSED
    if person.due.deferred:
        return RollState.AWAY
    if not person.has_account:
        return RollState.NO_ACCOUNT
    return RollState.NOT_YET if now < window.closes_at else RollState.ABSENT


def _of_attempt(attempt: AttemptFacts, now: datetime) -> RollState:
    """Sat, or still answering."""
    if phase_of(attempt, now) in (Phase.ANSWERING, Phase.ON_PAPER):
        return RollState.ANSWERING
    return RollState.SAT


def _holds(window: RollWindow, person: RollFacts) -> bool:
    """Whether the window, by its kind, is for a person who has no attempt in it."""
    handed_in = [each for each in person.attempts if each.counts]
    if window.kind is not WindowKind.RESIT and any(
        each.void_cause is VoidCause.MISCONDUCT for each in person.attempts
    ):
        return window.kind is WindowKind.MAIN
    if window.kind is WindowKind.MAKE_UP:
        return not handed_in
    if window.kind in SECOND_CHANCES:
        failed = any(each.passed is False for each in handed_in)
        return failed and not passing(window.counts, handed_in)
    if window.kind is WindowKind.RESIT:
        return bool(person.attempts) and not handed_in
    return True


@dataclass(frozen=True)
class RollCounts:
    """How many are what: `expected` is 应考 (asked, less excused and deferred), `sat` is 实考."""

    expected: int
    sat: int
    absent: int
    deferred: int
    excused: int


def answers_again(window: RollWindow, state: RollState, attempts: Iterable[AttemptFacts]) -> bool:
    """Whether somebody is answering who has handed in an attempt of this window before."""
    earlier = any(each.counts and each.window_id == window.id for each in attempts)
    return state is RollState.ANSWERING and earlier


def has_passed(window: RollWindow, attempts: Iterable[AttemptFacts]) -> bool:
    """Whether the person has passed the exam, by the rule of which attempt counts."""
    return bool(passing(window.counts, attempts))


def count_roll(
    window: RollWindow, states: Mapping[RollState, int], again: int, now: datetime
) -> RollCounts:
    """The counts of a roll, from how many are in each state.

    `again`: how many of those who are answering have sat before in this window (`answers_again`);
    they have sat all the same.
    """
    excused, deferred = states.get(RollState.EXCUSED, 0), states.get(RollState.AWAY, 0)
    missing = states.get(RollState.ABSENT, 0)
    if now >= window.closes_at:
        missing += states.get(RollState.NO_ACCOUNT, 0)
    return RollCounts(
        expected=sum(states.values()) - excused - deferred,
        sat=states.get(RollState.SAT, 0) + again,
        absent=missing,
        deferred=deferred,
        excused=excused,
    )
