"""What a programme asks, of whom and by when: audiences, absences, late joiners."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.domain.core.calendar import days, end_of, week_end
from learnapp.domain.study.programme import (
    EFFECTS,
    AbsenceEffect,
    AbsenceKind,
    AbsenceSpan,
    Audience,
    Due,
    Duty,
    due_for,
    due_for_late_joiner,
)
from tests.unit.domain.instants import at

MONDAY = date(2026, 11, 2)
FRIDAY = date(2026, 11, 27)  # the last day of a stage of four weeks
STUDY = [day for day in days(MONDAY, FRIDAY) if day.weekday() < 5]
ABOVE = frozenset({1, 4, 9})  # a person's own unit and those above it


# Audiences


@pytest.mark.parametrize(
    ("audience", "belongs"),
    [
        (Audience(), True),
        (Audience(frozenset({4, 7})), True),
        (Audience(frozenset({7})), False),
        (Audience(categories=frozenset({"judge", "other"})), True),
        (Audience(categories=frozenset({"other"})), False),
        (Audience(bases=frozenset({"seconded"})), True),
        (Audience(bases=frozenset({"posted"})), False),
        (Audience(posts=frozenset({"窗口", "刑侦"})), True),
        (Audience(posts=frozenset({"刑侦"})), False),
        (Audience(frozenset({4}), frozenset({"judge"}), frozenset({"posted"})), False),
        (Audience(frozenset({7}), frozenset({"judge"}), frozenset({"seconded"})), False),
        (Audience(frozenset({9}), frozenset({"judge"}), frozenset({"seconded"})), True),
    ],
)
def test_an_audience_holds_by_unit_category_basis_and_post_and_an_empty_set_means_any(
    audience, belongs
):
    assert audience.holds(ABOVE, "judge", "seconded", "窗口") is belongs


def test_who_has_no_post_is_in_no_audience_of_posts():
    assert not Audience(posts=frozenset({"窗口"})).holds(ABOVE, "judge", "seconded", "")
    assert Audience().holds(ABOVE, "judge", "seconded", "")


def test_an_audience_is_stored_and_read_the_same():
    of_posts = Audience(posts=frozenset({"窗口"}))
    assert Audience.from_json(of_posts.to_json()) == of_posts
    audience = Audience(frozenset({9, 4}), frozenset({"b", "a"}), frozenset({"d", "c"}))
    stored = {"units": [4, 9], "categories": ["a", "b"], "bases": ["c", "d"]}
    assert audience.to_json() == stored and Audience.from_json(stored) == audience
    assert Audience.from_json({}) == Audience()


# Absences


def test_leave_and_duty_defer_long_leave_excuses_travel_does_nothing():
    assert EFFECTS == {
        AbsenceKind.LEAVE: AbsenceEffect.DEFERS,
        AbsenceKind.TRAINING: AbsenceEffect.DEFERS,
        AbsenceKind.LONG_LEAVE: AbsenceEffect.EXCUSES,
        AbsenceKind.DUTY: AbsenceEffect.DEFERS,
        AbsenceKind.TRAVEL_REPORTED: AbsenceEffect.NONE,
    }


SUNDAY = MONDAY + timedelta(days=6)
DUE = end_of(SUNDAY)


def away(first: date, last: date, effect: AbsenceEffect = AbsenceEffect.DEFERS) -> AbsenceSpan:
    return AbsenceSpan(first, last, effect)


def test_without_an_absence_on_its_due_day_a_duty_falls_due_as_planned():
    before, after = MONDAY + timedelta(days=5), SUNDAY + timedelta(days=1)
    assert due_for(DUE, []) == Due(DUE)
    assert due_for(DUE, [away(MONDAY, before), away(after, FRIDAY)]) == Due(DUE)


def test_an_absence_on_the_due_day_defers_to_the_end_of_the_week_after_it():
    for first, last in ((SUNDAY, SUNDAY), (MONDAY, SUNDAY)):
        assert due_for(DUE, [away(first, last)]) == Due(end_of(date(2026, 11, 15)), deferred=True)
    longer = away(SUNDAY, date(2026, 11, 10))
    assert due_for(DUE, [longer]) == Due(end_of(date(2026, 11, 22)), deferred=True)


def test_what_is_due_at_noon_is_due_on_that_day():
    noon = at(12, day=SUNDAY)
    assert due_for(noon, [away(SUNDAY, SUNDAY)]).deferred
    assert due_for(at(0, 1, day=SUNDAY), [away(SUNDAY, SUNDAY)]).deferred
    assert not due_for(noon, [away(MONDAY, MONDAY)]).deferred


def test_another_absence_may_hold_the_deferred_day_in_whatever_order_they_were_entered():
    absences = [away(date(2026, 11, 15), date(2026, 11, 16)), away(SUNDAY, SUNDAY)]
    for order in (absences, absences[::-1]):
        assert due_for(DUE, order) == Due(end_of(date(2026, 11, 29)), deferred=True)


def test_an_excusing_absence_excuses_also_what_was_deferred_into_it():
    excuses = away(date(2026, 11, 12), date(2026, 11, 20), AbsenceEffect.EXCUSES)
    assert due_for(DUE, [away(SUNDAY, SUNDAY), excuses]) == Due(None)
    assert due_for(DUE, [excuses]) == Due(DUE)


def test_an_absence_without_effect_changes_nothing():
    assert due_for(DUE, [away(MONDAY, FRIDAY, AbsenceEffect.NONE)]) == Due(DUE)


# Late joiners


def _duty(number, day, by_window=False):
    due_at = end_of(day) if by_window else week_end(day)
    return Duty(number, number, True, day, due_at, Audience(), by_window, end_of(FRIDAY))


def test_who_joins_late_gets_due_times_that_can_be_met_within_the_stage():
    since = MONDAY + timedelta(days=9)  # a Wednesday
    duties = [_duty(n, STUDY[n]) for n in range(len(STUDY))]
    found = due_for_late_joiner(duties, since)
    assert set(found) == {n for n, day in enumerate(STUDY) if day < since}
    assert all(end_of(since) < at <= end_of(FRIDAY) for at in found.values())
    assert len(set(found.values())) == 3  # this week's end, the next one's, the stage's
    ordered = [found[n] for n in sorted(found)]
    assert ordered == sorted(ordered)


def test_an_exam_that_closed_before_one_joined_is_excused_and_one_still_open_is_not():
    since = MONDAY + timedelta(days=9)
    closed, still_open = _duty(1, MONDAY, True), _duty(2, since, True)
    assert due_for_late_joiner([closed, still_open], since) == {1: None}


def test_who_joins_after_the_stage_owes_nothing_of_it():
    duties = [_duty(n, day) for n, day in enumerate(STUDY)]
    found = due_for_late_joiner(duties, FRIDAY + timedelta(days=3))
    assert set(found.values()) == {None} and len(found) == len(duties)


def test_what_is_planned_from_the_day_of_joining_on_is_due_as_for_everybody():
    since = STUDY[7]
    assert due_for_late_joiner([_duty(1, since), _duty(2, STUDY[8])], since) == {}


def test_an_exam_that_closed_the_moment_one_joined_is_excused():
    since = MONDAY + timedelta(days=1)
    assert due_for_late_joiner([_duty(1, MONDAY, True)], since) == {1: None}


def test_what_is_missed_is_spread_in_plan_order_over_the_weeks_that_are_left():
    since = MONDAY + timedelta(days=9)
    duties = [_duty(3, STUDY[2]), _duty(1, STUDY[0]), _duty(2, STUDY[1])]
    ends = [end_of(date(2026, 11, 15)), end_of(date(2026, 11, 22)), end_of(FRIDAY)]
    assert due_for_late_joiner(duties, since) == dict(zip((1, 2, 3), ends, strict=True))
    assert due_for_late_joiner(duties[:2], since) == {1: ends[0], 3: ends[1]}


def test_a_week_with_less_than_three_days_left_is_no_due_time():
    friday, saturday = MONDAY + timedelta(days=11), MONDAY + timedelta(days=12)
    assert due_for_late_joiner([_duty(1, MONDAY)], friday) == {1: end_of(date(2026, 11, 15))}
    assert due_for_late_joiner([_duty(1, MONDAY)], saturday) == {1: end_of(date(2026, 11, 22))}


def test_nobody_gets_less_time_than_the_plan_gave():
    since = MONDAY + timedelta(days=9)
    late = Duty(1, 1, True, MONDAY, end_of(date(2026, 11, 24)), Audience(), False, end_of(FRIDAY))
    assert due_for_late_joiner([late], since) == {1: late.due_at}


def test_without_a_stage_what_is_missed_is_due_at_the_end_of_the_week_of_joining():
    since = MONDAY + timedelta(days=9)
    free = Duty(1, 1, True, MONDAY, week_end(MONDAY), Audience())
    assert due_for_late_joiner([free], since) == {1: week_end(since)}


def test_joining_on_the_day_after_the_stage_owes_nothing_and_on_its_last_day_all():
    day = FRIDAY + timedelta(days=1)
    assert due_for_late_joiner([_duty(1, MONDAY)], day) == {1: None}
    assert due_for_late_joiner([_duty(1, MONDAY)], FRIDAY) == {1: end_of(FRIDAY)}
