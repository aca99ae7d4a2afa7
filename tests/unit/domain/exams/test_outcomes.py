"""How far an attempt has come, which attempts count, and which completions follow from them."""

from __future__ import annotations

import pytest

from learnapp.domain.exams.answers import GRACE
from learnapp.domain.exams.exams import Channel, CountingRule
from learnapp.domain.exams.outcomes import (
    CreditFacts,
    CreditPlan,
    Phase,
    counting,
    credit_plan,
    in_order,
    passing,
    phase_of,
    tried,
)
from learnapp.domain.exams.retakes import PriorAttempt
from tests.unit.domain.exams.attempts import being_answered, handed_in, voided
from tests.unit.domain.instants import MINUTE, at

BEST, LAST = CountingRule.BEST, CountingRule.LAST
NOW = at(9, 30)


# Phases


@pytest.mark.parametrize(
    ("attempt", "phase"),
    [
        (being_answered(), Phase.ANSWERING),
        (being_answered(channel=Channel.PAPER), Phase.ON_PAPER),
        (handed_in(None), Phase.AWAITING_MARKS),
        (handed_in(True, released=False), Phase.AWAITING_RELEASE),
        (handed_in(True), Phase.PASSED),
        (handed_in(False), Phase.FAILED),
        (voided(), Phase.VOIDED),
        (voided(passed=True, released=True), Phase.VOIDED),
    ],
)
def test_how_far_an_attempt_has_come(attempt, phase):
    assert phase_of(attempt, NOW) is phase


def test_an_attempt_that_the_clock_has_ended_waits_for_its_marks():
    assert phase_of(being_answered(), at(10) + GRACE) is Phase.ANSWERING
    assert phase_of(being_answered(), at(10) + GRACE + MINUTE) is Phase.AWAITING_MARKS


def test_a_paper_in_ink_has_no_clock():
    assert phase_of(being_answered(channel=Channel.PAPER), at(23)) is Phase.ON_PAPER


def test_a_pass_is_known_to_its_person_once_it_is_released():
    assert handed_in(True).known_pass is True and handed_in(False).known_pass is False
    assert handed_in(True, released=False).known_pass is None


def test_only_what_was_handed_in_counts():
    assert handed_in(None).counts
    assert not being_answered().counts and not voided().counts


# The order


def test_attempts_go_by_when_they_were_or_will_be_handed_in_and_by_their_ids():
    early, late = handed_in(True, 4, submitted_at=at(9)), handed_in(True, 3, submitted_at=at(11))
    same = handed_in(True, 2, submitted_at=at(11))
    assert in_order([late, being_answered(1), same, early]) == [
        early,
        being_answered(1),
        same,
        late,
    ]


# Which attempts count


def test_passed_once_is_passed():
    attempts = [handed_in(False, 1), handed_in(True, 2), handed_in(True, 3), handed_in(False, 4)]
    assert passing(BEST, reversed(attempts)) == attempts[1:3]


def test_by_the_last_attempt_a_later_fail_undoes_a_pass():
    passed, failed = handed_in(True, 1), handed_in(False, 2)
    assert passing(LAST, [failed, passed]) == []
    assert passing(LAST, [failed, handed_in(True, 3), passed]) == [passed, handed_in(True, 3)]


def test_an_attempt_that_waits_or_was_voided_decides_nothing():
    passed = handed_in(True, 1)
    later = [handed_in(None, 2), voided(3, passed=False), being_answered(4)]
    assert passing(LAST, [passed, *later]) == [passed]
    assert passing(BEST, [voided(1, passed=True)]) == [] and passing(LAST, []) == []


def test_the_best_marks_stand_whichever_came_last():
    low, high = handed_in(False, 1, awarded=40, full=100), handed_in(True, 2, awarded=70, full=100)
    later = handed_in(False, 3, awarded=50, full=100)
    assert counting(BEST, [later, low, high]) == high
    assert counting(LAST, [later, low, high]) == later
    assert counting(BEST, [low, later]) == later


def test_a_pass_stands_before_more_marks_that_failed_and_shares_are_compared_not_marks():
    passed, more = (
        handed_in(True, 1, awarded=60, full=100),
        handed_in(False, 2, awarded=65, full=100),
    )
    assert counting(BEST, [more, passed]) == passed
    short, long = handed_in(True, 1, awarded=40, full=50), handed_in(True, 2, awarded=70, full=100)
    assert counting(BEST, [long, short]) == short
    assert counting(BEST, [handed_in(True, 2), handed_in(True, 1)]).number == 1


def test_marks_of_what_waits_or_was_voided_do_not_stand():
    passed = handed_in(True, 1, awarded=60, full=100)
    later = [handed_in(None, 2), voided(3, passed=True, awarded=90, full=100), being_answered(4)]
    for rule in (BEST, LAST):
        assert counting(rule, [passed, *later]) == passed
        assert counting(rule, later) is None


# What the rules of a start may know


def test_a_start_knows_of_no_voided_attempt_and_of_no_mark_before_its_release():
    attempts = [
        voided(1),
        handed_in(False, 2),
        handed_in(True, 3, window_id=5),
        handed_in(True, 4, released=False),
        being_answered(5),
    ]
    assert tried(BEST, attempts) == [
        PriorAttempt(1, True, False),
        PriorAttempt(5, True, True),
        PriorAttempt(1, True, None),
        PriorAttempt(1, False, None),
    ]


def test_a_pass_that_a_later_fail_undoes_is_none():
    attempts = [handed_in(True, 1), handed_in(False, 2)]
    assert [each.passed for each in tried(LAST, attempts)] == [False, False]
    assert [each.passed for each in tried(BEST, attempts)] == [True, False]


# Completions


def credit(completion_id: int, attempt_id: int, withdrawn_at=None, by_decision=False):
    return CreditFacts(completion_id, attempt_id, 1, withdrawn_at, by_decision)


def test_a_pass_without_a_completion_is_recorded():
    passed = handed_in(True, 1)
    assert credit_plan(BEST, [passed, handed_in(False, 2)], [], {}) == CreditPlan((), (passed,))


def test_a_completion_without_a_pass_is_withdrawn():
    plan = credit_plan(BEST, [handed_in(False, 1)], [credit(8, 1)], {})
    assert plan == CreditPlan((8,), ())


def test_what_agrees_stays():
    gone = credit(8, 2, withdrawn_at=at(12))
    attempts = [handed_in(True, 1), handed_in(False, 2)]
    assert credit_plan(BEST, attempts, [credit(7, 1), gone], {}) == CreditPlan((), ())


def test_what_the_rule_withdrew_is_recorded_once_more_when_the_pass_returns():
    passed = handed_in(True, 1)
    gone = credit(8, 1, withdrawn_at=at(12))
    assert credit_plan(BEST, [passed], [gone], {1: at(11)}).record == (passed,)


@pytest.mark.parametrize(
    ("since", "stays_withdrawn"),
    [({1: at(11)}, True), ({1: at(12)}, True), ({1: at(13)}, False), ({}, False)],
)
def test_what_a_person_withdrew_stays_so_unless_the_pass_is_newer(since, stays_withdrawn):
    decided = credit(8, 1, withdrawn_at=at(12), by_decision=True)
    plan = credit_plan(BEST, [handed_in(True, 1)], [decided], since)
    assert (plan.record == ()) is stays_withdrawn and plan.withdraw == ()
