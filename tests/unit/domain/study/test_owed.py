"""What a portion or an exam is to one person now, and where something can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from learnapp.domain.exams.exams import Channel, CountingRule, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.study.owed import (
    NOT_PASSED,
    OVERDUE,
    WAITING,
    ExamFacts,
    Owed,
    OwedState,
    Target,
    WindowFacts,
    is_for,
    may_begin,
    state_of_attempt,
    state_of_exam,
    state_of_portion,
)
from learnapp.domain.study.programme import Due
from tests.unit.domain.exams.attempts import being_answered, handed_in, voided
from tests.unit.domain.instants import MINUTE, at

S, T, K = OwedState, Target, WindowKind
BEST, LAST = CountingRule.BEST, CountingRule.LAST
NOW, IN_TIME = at(12), Due(at(18))


def window(
    number: int, opens: int, closes: int, kind: K = K.MAIN, for_person: bool = True
) -> WindowFacts:
    return WindowFacts(number, kind, at(opens), at(closes), for_person)


OPEN, PAST, COMING = window(1, 9, 18), window(2, 9, 11), window(3, 15, 16)
RETAKE, RETAKE_COMING = window(4, 9, 18, K.RETAKE), window(5, 15, 16, K.RETAKE)
REMEDIAL = window(6, 9, 23, K.REMEDIAL)


def exam(
    *windows: WindowFacts,
    attempts: Sequence[AttemptFacts] = (),
    due: Due | None = IN_TIME,
    done: bool = False,
    tries: int = 1,
    counts: CountingRule = BEST,
) -> ExamFacts:
    return ExamFacts(tries, counts, due, done, windows, attempts)


# Portions


def test_a_portion_is_done_excused_due_or_overdue_and_can_be_read_all_the_same():
    assert state_of_portion(Due(None), done=True, now=NOW) == Owed(S.DONE, T.PORTION)
    assert state_of_portion(Due(None), done=False, now=NOW) == Owed(S.EXCUSED, T.PORTION)
    assert state_of_portion(Due(NOW), done=False, now=NOW) == Owed(S.OVERDUE_OPEN, T.PORTION)
    later = NOW + MINUTE
    assert state_of_portion(Due(later), False, NOW) == Owed(S.TO_DO, T.PORTION, until=later)
    assert state_of_portion(Due(later, deferred=True), False, NOW).deferred


# One attempt


@pytest.mark.parametrize(
    ("attempt", "state", "target", "until"),
    [
        (being_answered(deadline=at(13)), S.ANSWERING, T.PAPER, at(13)),
        (being_answered(channel=Channel.PAPER), S.ON_PAPER, T.RESULT, None),
        (being_answered(deadline=at(11)), S.AWAITING_MARKS, T.RESULT, None),
        (handed_in(None), S.AWAITING_MARKS, T.RESULT, None),
        (handed_in(True, released=False), S.AWAITING_RELEASE, T.RESULT, None),
        (handed_in(True), S.DONE, T.RESULT, None),
        (handed_in(False), S.FAILED, T.RESULT, None),
        (voided(), S.VOIDED, T.RESULT, None),
    ],
)
def test_the_state_of_one_attempt(attempt, state, target, until):
    owed = state_of_attempt(attempt, NOW)
    assert owed == Owed(state, target, until, window_id=1, attempt="p1")


# Exams: what was begun


def test_an_attempt_that_is_being_answered_comes_first():
    answering = being_answered(2, deadline=at(13))
    attempts = [handed_in(True, 1), answering, handed_in(True, 3)]
    assert state_of_exam(exam(OPEN, attempts=attempts, done=True), NOW) == state_of_attempt(
        answering, NOW
    )
    ink = being_answered(channel=Channel.PAPER)
    assert state_of_exam(exam(OPEN, attempts=[ink]), NOW).state is S.ON_PAPER


def test_an_attempt_whose_time_ran_out_waits_for_its_marks():
    ended = being_answered(deadline=at(11))
    assert state_of_exam(exam(OPEN, attempts=[ended]), NOW).state is S.AWAITING_MARKS


# Exams: what came of it


def test_a_pass_that_was_credited_is_done_and_shows_its_newest_result():
    attempts = [handed_in(True, 1), handed_in(True, 2), handed_in(False, 3)]
    owed = state_of_exam(exam(OPEN, attempts=attempts, done=True), NOW)
    assert (owed.state, owed.attempt) == (S.DONE, "p2")


def test_of_what_is_not_asked_any_more_a_pass_needs_no_credit():
    owed = state_of_exam(exam(attempts=[handed_in(True)], due=None), NOW)
    assert (owed.state, owed.attempt) == (S.DONE, "p1")


def test_what_may_not_be_known_yet_only_waits():
    hidden = handed_in(True, 2, released=False)
    attempts = [handed_in(False, 1), hidden]
    owed = state_of_exam(exam(RETAKE, attempts=attempts, tries=3), NOW)
    assert (owed.state, owed.attempt) == (S.AWAITING_RELEASE, "p2")


def test_where_the_last_decides_a_hidden_last_one_hides_the_pass_before_it():
    attempts = [handed_in(True, 1), handed_in(False, 2, released=False)]
    by_last = state_of_exam(exam(attempts=attempts, done=True, counts=LAST), NOW)
    assert (by_last.state, by_last.attempt) == (S.AWAITING_RELEASE, "p2")
    by_best = state_of_exam(exam(attempts=attempts, done=True, counts=BEST), NOW)
    assert (by_best.state, by_best.attempt) == (S.DONE, "p1")
    earlier = [handed_in(True, 2), handed_in(False, 1, released=False)]
    assert state_of_exam(exam(attempts=earlier, done=True, counts=LAST), NOW).state is S.DONE


def test_a_completion_holds_although_every_attempt_failed():
    attempts = [handed_in(False, 1), handed_in(False, 2)]
    owed = state_of_exam(exam(RETAKE, attempts=attempts, done=True), NOW)
    assert owed == Owed(S.DONE, T.RESULT, attempt="p2")


def test_a_completion_without_an_attempt_is_done():
    assert state_of_exam(exam(OPEN, done=True), NOW) == Owed(S.DONE, T.EXAMS)
    assert state_of_exam(exam(OPEN, attempts=[voided()], done=True), NOW).state is S.DONE


@pytest.mark.parametrize(
    ("windows", "owed"),
    [
        ([], Owed(S.FAILED, T.RESULT, attempt="p1")),
        ([PAST, RETAKE_COMING], Owed(S.RETAKE_COMING, T.RESULT, opens_at=at(15), attempt="p1")),
        ([RETAKE], Owed(S.RETAKE, T.WINDOW, at(18), window_id=4, attempt="p1")),
        ([REMEDIAL], Owed(S.REMEDIAL, T.WAY_BACK, at(23), window_id=6, attempt="p1")),
        ([REMEDIAL, RETAKE], Owed(S.RETAKE, T.WINDOW, at(18), window_id=4, attempt="p1")),
    ],
)
def test_who_failed_is_shown_the_way_back(windows, owed):
    assert state_of_exam(exam(*windows, attempts=[handed_in(False)]), NOW) == owed


def test_a_pass_that_a_person_withdrew_is_said_so_with_a_window_where_one_is_open():
    passed = handed_in(True)
    assert state_of_exam(exam(COMING, attempts=[passed]), NOW) == Owed(
        S.WITHDRAWN, T.RESULT, attempt="p1"
    )
    assert state_of_exam(exam(OPEN, attempts=[passed], tries=2), NOW) == Owed(
        S.WITHDRAWN, T.WINDOW, at(18), window_id=1, attempt="p1"
    )


# Exams: nothing handed in


@pytest.mark.parametrize(
    ("windows", "due", "owed"),
    [
        ([OPEN], Due(at(18)), Owed(S.TO_DO, T.WINDOW, at(18), window_id=1)),
        ([OPEN], Due(NOW), Owed(S.OVERDUE_OPEN, T.WINDOW, at(18), window_id=1)),
        ([OPEN], Due(None), Owed(S.EXCUSED, T.WINDOW, at(18), window_id=1)),
        ([COMING], Due(at(18)), Owed(S.NOT_OPEN, T.EXAMS, opens_at=at(15))),
        ([], Due(at(18)), Owed(S.NOT_OPEN, T.EXAMS)),
        ([PAST], Due(None), Owed(S.EXCUSED, T.EXAMS)),
        ([PAST], Due(NOW), Owed(S.OVERDUE_CLOSED, T.EXAMS)),
        ([], Due(NOW), Owed(S.OVERDUE_CLOSED, T.EXAMS)),
        ([PAST], Due(at(18)), Owed(S.OVERDUE_CLOSED, T.EXAMS)),
        ([window(2, 9, 12)], Due(at(18)), Owed(S.OVERDUE_CLOSED, T.EXAMS)),
        ([window(2, 9, 11, for_person=False)], Due(at(18)), Owed(S.NOT_OPEN, T.EXAMS)),
        (
            [PAST, window(3, 15, 16, K.MAKE_UP)],
            Due(at(11)),
            Owed(S.OVERDUE_COMING, T.EXAMS, opens_at=at(15)),
        ),
        ([PAST], None, Owed(S.OVERDUE_CLOSED, T.EXAMS)),
        ([OPEN], None, Owed(S.NOT_OPEN, T.EXAMS)),
    ],
)
def test_an_exam_that_was_not_begun(windows, due, owed):
    assert state_of_exam(exam(*windows, due=due), NOW) == owed


AWAY = Due(at(20), deferred=True)


@pytest.mark.parametrize(
    ("windows", "due", "state", "opens_at"),
    [
        ([OPEN], AWAY, S.DEFERRED, None),
        ([window(1, 9, 18, K.MAKE_UP)], AWAY, S.TO_DO, None),
        ([OPEN], Due(at(11), deferred=True), S.OVERDUE_OPEN, None),
        ([PAST], AWAY, S.DEFERRED, None),
        ([PAST, COMING], AWAY, S.DEFERRED, at(15)),
        ([COMING], AWAY, S.NOT_OPEN, at(15)),
        ([PAST], Due(at(11), deferred=True), S.OVERDUE_CLOSED, None),
    ],
)
def test_who_was_away_on_the_day_is_deferred_until_the_later_due_time(
    windows, due, state, opens_at
):
    owed = state_of_exam(exam(*windows, due=due), NOW)
    assert (owed.state, owed.opens_at, owed.deferred) == (state, opens_at, True)


def test_who_begins_in_several_open_windows_is_sent_to_the_one_that_closes_first():
    soon = window(9, 9, 14)
    assert state_of_exam(exam(OPEN, soon), NOW).window_id == 9
    assert state_of_exam(exam(window(8, 9, 18), OPEN), NOW).window_id == 1
    later = window(7, 16, 17)
    assert state_of_exam(exam(later, COMING), NOW).opens_at == at(15)


@pytest.mark.parametrize(
    ("windows", "owed"),
    [
        ([OPEN], Owed(S.VOIDED_OPEN, T.WINDOW, at(18), window_id=1, attempt="p2")),
        ([COMING], Owed(S.VOIDED_OPEN, T.RESULT, opens_at=at(15), attempt="p2")),
        ([PAST], Owed(S.VOIDED, T.RESULT, attempt="p2")),
    ],
)
def test_whose_attempts_were_all_voided_may_sit_where_a_window_is(windows, owed):
    attempts = [voided(1), voided(2)]
    assert state_of_exam(exam(*windows, attempts=attempts, due=Due(at(11))), NOW) == owed


# Windows


def test_a_window_is_for_who_is_asked_in_its_batch_and_by_its_kind():
    assert is_for(exam(), OPEN)
    assert not is_for(exam(due=None), OPEN)
    assert not is_for(exam(), window(1, 9, 18, for_person=False))
    assert not is_for(exam(), RETAKE)
    assert is_for(exam(attempts=[handed_in(False)]), RETAKE)


def test_an_attempt_is_begun_while_a_try_is_left():
    failed = [handed_in(False)]
    assert may_begin(exam(attempts=failed, tries=2), OPEN)
    assert not may_begin(exam(attempts=failed, tries=1), OPEN)
    assert may_begin(exam(attempts=failed, tries=1), RETAKE)
    assert not may_begin(exam(attempts=[handed_in(False, window_id=4)]), RETAKE)
    assert not may_begin(exam(due=None), OPEN)


def test_a_window_that_opens_this_moment_is_open_and_not_coming():
    assert state_of_exam(exam(window(1, 12, 13)), NOW).state is S.TO_DO
    used_up = exam(window(1, 12, 13, for_person=False), window(3, 15, 16), due=Due(at(18)))
    assert state_of_exam(used_up, NOW).opens_at == at(15)


# Groups of states


def test_no_state_is_in_two_groups():
    assert not WAITING & OVERDUE and not WAITING & NOT_PASSED and not OVERDUE & NOT_PASSED
    assert {S.OVERDUE_OPEN, S.OVERDUE_COMING, S.OVERDUE_CLOSED} == OVERDUE
    assert {S.ON_PAPER, S.AWAITING_MARKS, S.AWAITING_RELEASE, S.DEFERRED} == WAITING
    assert set(S) - WAITING - OVERDUE - NOT_PASSED == {
        S.DONE,
        S.NOT_OPEN,
        S.TO_DO,
        S.ANSWERING,
        S.EXCUSED,
    }
