"""The figures that may be shown: what a person owes at an instant, and counts that add up."""

from __future__ import annotations

from datetime import date, datetime

from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts, DutyState, PersonFacts, count_person, duties_of
from learnapp.domain.study.programme import AbsenceEffect, AbsenceSpan, Audience, Due, Duty
from tests.unit.domain.instants import DAY, MONDAY, SUNDAY, at

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
