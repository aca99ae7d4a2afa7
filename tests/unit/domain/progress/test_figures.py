"""The figures that may be shown: shares, what a person owes at an instant, pace, lead.

A share is rounded down towards incompleteness; which way one is ahead comes from the counts.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, start_of
from learnapp.domain.progress.figures import (
    Checkpoint,
    Counts,
    DutyState,
    Lead,
    PersonFacts,
    Share,
    Verdict,
    count_person,
    duties_of,
    gap_to_half,
    half_time_half_task,
    last_checkpoint,
    lead,
    time_share,
    verdict,
)
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, Audience, Due, Duty
from tests.unit.domain.instants import DAY, MONDAY, SUNDAY, at


@pytest.mark.parametrize(
    ("part", "whole", "permille"),
    [(2999, 3000, 999), (1, 3000, 1), (0, 3000, 0), (3000, 3000, 1000), (1, 3, 333), (2, 3, 666)],
)
def test_only_all_is_a_hundred_percent_and_only_nothing_is_none(part, whole, permille):
    assert Share(part, whole).permille == permille


def test_nothing_owed_has_no_percentage():
    assert Share(0, 0).permille is None


@given(st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_never_says_more_than_is_done(counts):
    part, whole = counts
    permille = Share(part, whole).permille
    assert (permille == 1000) == (part == whole) and (permille == 0) == (part == 0)
    assert permille * whole <= 1000 * part or permille == 1


def test_behind_by_less_than_can_be_shown_is_still_behind():
    time, task = Share(1, 2), Share(4999, 10000)
    assert lead(time, task) == Lead(False, 1)
    assert lead(Share(5001, 10000), Share(1, 2)) == Lead(False, 0)
    assert lead(Share(1, 2), Share(5, 10)) == Lead(None, 0)
    assert lead(Share(1, 2), Share(0, 0)) is None


def test_at_least_a_share_is_decided_exactly():
    assert Share(1, 2).at_least(1, 2) and not Share(499, 1000).at_least(1, 2)
    assert not Share(0, 0).at_least(0, 1)
    assert Share(0, 1).at_least(0, 1)


# What one person owes at an instant

NOW, TOMORROW, EVERYBODY = at(12), at(12) + DAY, Audience()


def duty(
    number: int,
    due_at: datetime = TOMORROW,
    required: bool = True,
    audience: Audience = EVERYBODY,
    plan_day: date = MONDAY,
) -> Duty:
    return Duty(number, number + 100, required, plan_day, due_at, audience)


def person(*done: int, absences=(), since=None) -> PersonFacts:
    """An officer of unit 3 below unit 1, who has done these duties."""
    items = frozenset(number + 100 for number in done)
    return PersonFacts(7, 3, frozenset({1, 3}), "judge", "seconded", items, absences, since)


TODAY_AWAY = (AbsenceSpan(MONDAY, MONDAY, AbsenceEffect.EXCUSES),)
LATER_AWAY = (AbsenceSpan(MONDAY, MONDAY, AbsenceEffect.DEFERS),)


def states(facts: PersonFacts, *duties: Duty) -> list[DutyState]:
    return [each.state for each in duties_of(facts, duties, NOW)]


def test_a_duty_is_done_owed_overdue_or_excused():
    duties = [duty(1), duty(2), duty(3, NOW), duty(4, NOW - DAY)]
    assert states(person(1, 4), *duties) == [
        DutyState.DONE,
        DutyState.OWED,
        DutyState.OVERDUE,
        DutyState.DONE,
    ]
    assert states(person(absences=TODAY_AWAY), duty(1, NOW)) == [DutyState.EXCUSED]
    assert states(person(1, absences=TODAY_AWAY), duty(1, NOW)) == [DutyState.DONE]


def test_an_absence_on_its_day_defers_a_duty():
    (found,) = duties_of(person(absences=LATER_AWAY), [duty(1, NOW)], NOW)
    assert found.state is DutyState.OWED
    assert found.due == Due(at(0, day=SUNDAY + 8 * DAY), deferred=True)


def test_only_what_asks_a_person_is_a_duty_of_theirs():
    mine = duty(1, audience=Audience(frozenset({1}), frozenset({"judge"})))
    others = duty(2, audience=Audience(bases=frozenset({"posted"})))
    assert [each.duty for each in duties_of(person(), [mine, others], NOW)] == [mine]


def test_who_joined_late_owes_what_was_planned_before_by_the_end_of_a_later_week():
    since = MONDAY + 7 * DAY
    early = duty(1, at(0, day=SUNDAY + DAY))
    (found,) = duties_of(person(since=since), [early], NOW)
    assert found.due == Due(at(0, day=since + 7 * DAY))
    ended = Duty(2, 102, True, MONDAY, early.due_at, Audience(), stage_ends_at=early.due_at)
    (found,) = duties_of(person(since=since), [ended], NOW)
    assert (found.state, found.due) == (DutyState.EXCUSED, Due(None))


def test_counts_are_of_required_duties_and_an_excused_one_leaves_what_is_owed():
    duties = [
        duty(1, NOW - DAY),
        duty(2, NOW),
        duty(3),
        duty(4),
        duty(5),
        duty(6, NOW - 7 * DAY),
        duty(7, required=False),
    ]
    away = (AbsenceSpan(MONDAY - 7 * DAY, MONDAY - 7 * DAY, AbsenceEffect.EXCUSES),)
    counts = count_person(person(1, 3, 7, absences=away), duties, NOW)
    assert counts == Counts(
        people=1, owed=5, done=2, excused=1, due=2, due_done=1, under_half=1, behind=1
    )


def test_an_excused_duty_that_was_done_counts_as_owed_due_and_done():
    counts = count_person(person(1, absences=TODAY_AWAY), [duty(1, NOW)], NOW)
    assert counts == Counts(people=1, owed=1, done=1, due=1, due_done=1)


def test_half_done_is_not_under_half_and_all_that_was_due_done_is_not_behind():
    counts = count_person(person(1), [duty(1, NOW), duty(2)], NOW)
    assert (counts.under_half, counts.behind) == (0, 0)
    assert count_person(person(), [], NOW) == Counts(people=1)


# Sums


def test_counts_add_up_field_by_field():
    one, other = Counts(1, 2, 3, 4, 5, 6, 7, 8), Counts(10, 20, 30, 40, 50, 60, 70, 80)
    assert one + other == Counts(11, 22, 33, 44, 55, 66, 77, 88)
    assert (one.task_share, one.due_share) == (Share(3, 2), Share(6, 5))


# Time and pace


def test_time_is_counted_in_study_days_before_today():
    natural, working = StudyCalendar(CalendarKind.NATURAL), StudyCalendar()
    assert time_share(natural, MONDAY, SUNDAY, at(12)) == Share(0, 7)
    assert time_share(natural, MONDAY, SUNDAY, at(0, day=MONDAY + 2 * DAY)) == Share(2, 7)
    assert time_share(working, MONDAY, SUNDAY, at(9, day=SUNDAY + 9 * DAY)) == Share(5, 5)


@pytest.mark.parametrize(
    ("done", "word"),
    [
        (51, Verdict.AHEAD),
        (50, Verdict.AHEAD),
        (49, Verdict.ON_PACE),
        (48, Verdict.ON_PACE),
        (47, Verdict.BEHIND),
        (40, Verdict.BEHIND),
        (39, Verdict.FAR_BEHIND),
        (0, Verdict.FAR_BEHIND),
    ],
)
def test_pace_in_a_word_with_half_of_the_time_gone(done, word):
    assert verdict(Share(10, 20), Share(done, 100)) is word


def test_pace_has_no_word_before_time_has_passed_or_where_nothing_is_owed():
    assert verdict(Share(0, 20), Share(5, 100)) is Verdict.NOT_BEGUN
    assert verdict(Share(0, 20), Share(0, 0)) is Verdict.NOTHING_OWED


def test_on_pace_begins_at_exactly_ninety_five_percent():
    assert verdict(Share(1, 2), Share(475, 1000)) is Verdict.ON_PACE
    assert verdict(Share(1, 2), Share(474, 1000)) is Verdict.BEHIND


def judged_so(time: Share, task: Share) -> Checkpoint:
    """A checkpoint at which the shares were these."""
    return Checkpoint(date(2026, 11, 22), time, task)


@pytest.mark.parametrize(
    ("time", "task", "holds"),
    [
        (Share(10, 20), Share(50, 100), True),
        (Share(9, 20), Share(50, 100), False),
        (Share(10, 20), Share(49, 100), False),
        (Share(12, 20), Share(57, 100), True),
        (Share(12, 20), Share(56, 100), False),
    ],
)
def test_half_time_half_task_needs_both_halves_and_the_pace(time, task, holds):
    judged = judged_so(time, task)
    assert half_time_half_task(time, task, judged) is holds
    if time.at_least(1, 2):
        missing = gap_to_half(time, task, judged)
        assert (missing == 0) is holds
        more = Share(task.part + missing, task.whole)
        assert half_time_half_task(time, more, judged_so(time, more))


def test_how_many_are_missing_for_the_sentence():
    for time, task, missing in (
        (Share(10, 20), Share(20, 99), 30),
        (Share(16, 20), Share(50, 100), 26),
        (Share(10, 20), Share(60, 100), 0),
        (Share(9, 20), Share(0, 100), 0),
        (Share(10, 20), Share(0, 0), 0),
    ):
        assert gap_to_half(time, task, judged_so(time, task)) == missing
    assert (
        gap_to_half(Share(16, 20), Share(40, 100), None) == 10
    )  # half of all, before a checkpoint


def test_half_is_decided_by_counts_and_not_by_what_is_shown():
    judged = Checkpoint(date(2026, 11, 22), Share(19, 40), Share(48_000, 100_000))
    assert not half_time_half_task(Share(20, 40), Share(49_999, 100_000), judged)
    assert half_time_half_task(Share(20, 40), Share(50_000, 100_000), judged)


def test_half_is_not_reported_before_a_checkpoint_or_when_the_last_one_was_missed():
    half, all_done = Share(20, 40), Share(100, 100)
    assert not half_time_half_task(half, all_done, None)
    missed = Checkpoint(date(2026, 11, 22), Share(19, 40), Share(45, 100))
    assert not half_time_half_task(half, all_done, missed)  # 45 % against 47.5: a pace of 0.947
    assert gap_to_half(half, Share(45, 100), missed) == 5
    assert gap_to_half(half, all_done, missed) == 0


@pytest.mark.parametrize(
    ("today", "judged"),
    [
        (date(2026, 11, 16), None),  # the stage begins on that Monday
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), date(2026, 11, 22)),
        (date(2026, 11, 29), date(2026, 11, 22)),
        (date(2026, 11, 30), date(2026, 11, 29)),
        (date(2027, 1, 6), date(2027, 1, 3)),  # the stage is over: what is caught up shows
    ],
)
def test_pace_is_judged_at_the_end_of_the_last_closed_week(today, judged):
    assert last_checkpoint(date(2026, 11, 16), start_of(today)) == judged


def test_a_stage_that_begins_on_a_sunday_is_judged_that_night():
    assert last_checkpoint(date(2026, 11, 22), start_of(date(2026, 11, 23))) == date(2026, 11, 22)


def test_a_lead_is_shown_as_the_difference_of_the_shown_shares():
    assert lead(Share(1, 2), Share(3, 4)) == Lead(True, 250)
    assert lead(Share(3, 4), Share(1, 2)) == Lead(False, 250)
    assert lead(Share(0, 0), Share(1, 2)) is None
