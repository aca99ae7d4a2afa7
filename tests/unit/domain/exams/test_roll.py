"""Who is on the roll of a window, and as what; 应考, 实考, passed, absent, excused."""

from __future__ import annotations

from datetime import datetime

import pytest

from learnapp.domain.exams.exams import Channel, CountingRule, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import (
    RollCounts,
    RollFacts,
    RollState,
    RollWindow,
    answers_again,
    count_roll,
    decisive_attempt,
    has_passed,
    roll_state,
)
from learnapp.domain.study.programme import Due
from tests.unit.domain.exams.attempts import being_answered, handed_in, voided
from tests.unit.domain.instants import at

BEST, LAST = CountingRule.BEST, CountingRule.LAST
DURING, AFTER = at(9, 30), at(12)
IN_TIME = Due(at(12))
OTHER = 5  # the id of another window of the exam


def window(kind: WindowKind = WindowKind.MAIN, counts: CountingRule = BEST) -> RollWindow:
    """Window 1, which closes at 12:00."""
    return RollWindow(1, kind, at(12), counts)


def state(
    *attempts: AttemptFacts,
    kind: WindowKind = WindowKind.MAIN,
    now: datetime = DURING,
    asked: bool = True,
    due: Due = IN_TIME,
    has_account: bool = True,
    counts: CountingRule = BEST,
) -> RollState | None:
    return roll_state(window(kind, counts), RollFacts(asked, due, has_account, attempts), now)


# Without an attempt


def test_who_has_not_begun_is_absent_from_the_close_on():
    assert state() is RollState.NOT_YET
    assert state(now=AFTER) is RollState.ABSENT


def test_an_absence_excuses_or_defers_before_the_account_is_looked_at():
    assert state(due=Due(None), has_account=False, now=AFTER) is RollState.EXCUSED
    assert state(due=Due(at(20), deferred=True), has_account=False) is RollState.AWAY


def test_who_has_no_account_is_named_so():
    assert state(has_account=False) is RollState.NO_ACCOUNT


def test_who_is_not_asked_is_not_on_the_roll_unless_they_sat_in_the_window():
    assert state(asked=False) is None
    assert state(handed_in(True, window_id=OTHER), asked=False) is None
    assert state(handed_in(True), asked=False) is RollState.SAT


# With an attempt


@pytest.mark.parametrize(
    ("attempt", "found"),
    [
        (being_answered(), RollState.ANSWERING),
        (being_answered(channel=Channel.PAPER), RollState.ANSWERING),
        (handed_in(None), RollState.SAT),
        (handed_in(False), RollState.SAT),
        (voided(), RollState.VOIDED),
    ],
)
def test_an_attempt_of_the_window_shows_what_it_is(attempt, found):
    assert state(attempt, due=Due(None)) is found


def test_an_attempt_whose_time_ran_out_has_sat():
    assert state(being_answered(), now=at(11)) is RollState.SAT


def test_on_the_first_roll_an_attempt_elsewhere_counts():
    assert state(handed_in(False, window_id=OTHER)) is RollState.SAT
    assert state(voided(window_id=OTHER)) is RollState.VOIDED


# Whom a window is for, by its kind


@pytest.mark.parametrize(
    ("kind", "attempts", "counts", "is_for"),
    [
        (WindowKind.MAKE_UP, [], BEST, True),
        (WindowKind.MAKE_UP, [being_answered(window_id=OTHER)], BEST, True),
        (WindowKind.MAKE_UP, [handed_in(False, window_id=OTHER)], BEST, False),
        (WindowKind.RETAKE, [], BEST, False),
        (WindowKind.RETAKE, [handed_in(None, window_id=OTHER)], BEST, False),
        (WindowKind.RETAKE, [handed_in(False, window_id=OTHER)], BEST, True),
        (WindowKind.REMEDIAL, [handed_in(False, window_id=OTHER)], BEST, True),
        (
            WindowKind.RETAKE,
            [handed_in(True, 1, window_id=OTHER), handed_in(False, 2, window_id=OTHER)],
            BEST,
            False,
        ),
        (
            WindowKind.RETAKE,
            [handed_in(True, 1, window_id=OTHER), handed_in(False, 2, window_id=OTHER)],
            LAST,
            True,
        ),
        (WindowKind.RESIT, [], BEST, False),
        (WindowKind.RESIT, [voided(window_id=OTHER)], BEST, True),
        (WindowKind.RESIT, [voided(1), handed_in(False, 2, window_id=OTHER)], BEST, True),
        (
            WindowKind.RESIT,
            [voided(1, window_id=OTHER), handed_in(False, 2, window_id=OTHER)],
            BEST,
            False,
        ),
    ],
)
def test_a_later_window_is_for_those_it_was_made_for(kind, attempts, counts, is_for):
    assert (state(*attempts, kind=kind, counts=counts) is not None) is is_for


def test_in_a_later_window_an_attempt_elsewhere_is_no_attempt():
    failed = handed_in(False, window_id=OTHER)
    assert state(failed, kind=WindowKind.RETAKE) is RollState.NOT_YET
    assert state(failed, kind=WindowKind.RETAKE, now=AFTER) is RollState.ABSENT
    assert state(voided(window_id=OTHER), kind=WindowKind.RESIT, now=AFTER) is RollState.ABSENT


# The attempt that decides


def test_an_attempt_of_the_window_decides_before_others_and_a_voided_one_never():
    here, elsewhere = handed_in(False, 1), handed_in(True, 2, window_id=OTHER)
    assert decisive_attempt(window(), [elsewhere, here]) == here
    assert decisive_attempt(window(), [elsewhere, voided(3)]) == elsewhere
    assert decisive_attempt(window(), [voided(3)]) is None


def test_the_newest_is_shown_so_that_a_further_try_can_be_given_time():
    old, new, still = handed_in(False, 1), handed_in(True, 2), being_answered(3)
    assert decisive_attempt(window(), [new, old]) == new
    assert decisive_attempt(window(), [still, new, old]) == still
    assert state(new, still) is RollState.ANSWERING


def test_who_answers_again_has_sat_and_passed_all_the_same():
    passed, still = handed_in(True, 1), being_answered(2)
    assert answers_again(window(), RollState.ANSWERING, (passed, still))
    assert not answers_again(window(), RollState.ANSWERING, (still,))
    assert not answers_again(window(), RollState.SAT, (passed,))
    elsewhere = handed_in(True, 1, window_id=OTHER)
    assert not answers_again(window(), RollState.ANSWERING, (elsewhere, still))
    assert has_passed(window(), (passed, still))
    counted = count_roll(window(), {RollState.ANSWERING: 2}, 1, DURING)
    assert (counted.expected, counted.sat) == (2, 1)


# Counts


def test_the_excused_and_deferred_leave_those_expected():
    roll = {
        RollState.SAT: 2,
        RollState.EXCUSED: 2,
        RollState.AWAY: 1,
        RollState.ABSENT: 1,
        RollState.NO_ACCOUNT: 2,
        RollState.VOIDED: 1,
    }
    counted = {"expected": 6, "sat": 2, "deferred": 1, "excused": 2}
    assert count_roll(window(), roll, 0, DURING) == RollCounts(absent=1, **counted)
    assert count_roll(window(), roll, 0, AFTER) == RollCounts(absent=3, **counted)


def test_passed_goes_by_the_rule_of_which_attempt_counts():
    attempts = [handed_in(True, 1), handed_in(False, 2)]
    assert has_passed(window(counts=BEST), attempts)
    assert not has_passed(window(counts=LAST), attempts)
