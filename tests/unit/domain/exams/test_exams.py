"""Exams in time: deadlines, starts, tries; bands of results, networks, when marks may be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.exams import (
    AVOID_DAYS,
    GRACE,
    SECOND_CHANCES,
    TAKEN_BACK,
    Band,
    Cause,
    PriorAttempt,
    Release,
    WindowKind,
    WindowTimes,
    band_of,
    base_deadline,
    check_start,
    deadline,
    ineligibility_reason,
    marks_visible,
    parse_bands,
    parse_networks,
    ran_out,
    release_of,
    tries_made,
    within,
)

OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
WINDOW = WindowTimes(OPENS, OPENS + timedelta(hours=2))
LIMITS = {"opens_at": WINDOW.opens_at, "closes_at": WINDOW.closes_at, "tries": 1}


def test_an_attempt_ends_with_its_duration_or_with_its_window_whichever_comes_first():
    half_an_hour = timedelta(minutes=30)
    assert base_deadline(OPENS, half_an_hour, WINDOW.closes_at) == OPENS + half_an_hour
    late = WINDOW.closes_at - timedelta(minutes=10)
    assert base_deadline(late, half_an_hour, WINDOW.closes_at) == WINDOW.closes_at


def test_allowances_move_the_deadline_and_what_is_taken_back_moves_it_again():
    assert deadline(OPENS, 600) == OPENS + timedelta(minutes=10)
    assert deadline(OPENS, 600 - 600) == OPENS


def test_an_attempt_runs_out_after_its_grace_and_not_at_it():
    assert not ran_out(OPENS, OPENS + GRACE)
    assert ran_out(OPENS, OPENS + GRACE + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("at", "made", "code"),
    [
        (OPENS - timedelta(microseconds=1), 0, "window_not_open"),
        (WINDOW.closes_at, 0, "window_closed"),
        (OPENS, 1, "no_tries_left"),
    ],
)
def test_an_attempt_starts_within_its_window_and_its_tries_only(at, made, code):
    with pytest.raises(Conflict) as refused:
        check_start(WINDOW, at, made, tries=1)
    assert refused.value.code == code
    assert refused.value.params.items() <= LIMITS.items()
    assert refused.value.params
    check_start(WINDOW, OPENS, 0, tries=1)


def test_a_window_holds_its_opening_and_not_its_close():
    assert WINDOW.holds(OPENS) and not WINDOW.holds(WINDOW.closes_at)


def test_only_what_a_proctor_gave_may_be_taken_back():
    assert set(TAKEN_BACK) == {Cause.GIVEN, Cause.EXTRA_TIME, Cause.REDUCED}


def test_a_draw_avoids_keys_that_were_shown_within_a_month():
    assert AVOID_DAYS == 30


# Bands of results


def test_bands_are_read_with_either_commas_or_lines_the_highest_first():
    bands = [Band("优秀", 900), Band("良好", 800), Band("A", 0)]
    assert parse_bands("良好 80，优秀90%、A 0") == bands
    assert parse_bands(" 优秀 90％ ;\n良好 80；\nA 0\n") == bands
    assert parse_bands("满 100") == [Band("满", 1000)] and parse_bands(" ") == []


@pytest.mark.parametrize(
    ("text", "value"), [("优秀 101", "优秀 101"), ("90", "90"), ("好 80， 优秀 ", "优秀")]
)
def test_a_band_needs_a_name_and_a_percentage(text, value):
    with pytest.raises(RuleBroken) as refused:
        parse_bands(text)
    assert (refused.value.field, refused.value.code) == ("bands", "band_unread")
    assert refused.value.params == {"value": value}


def test_two_bands_do_not_begin_at_the_same_percentage():
    with pytest.raises(RuleBroken) as refused:
        parse_bands("良好 80，优秀 80")
    assert (refused.value.field, refused.value.code) == ("bands", "bands_alike")


def test_a_result_has_the_highest_band_that_it_reaches():
    bands = [Band("良好", 800), Band("优秀", 900)]
    assert [band_of(bands, each, 10_000) for each in (9000, 8999, 8000, 7999)] == [
        "优秀",
        "良好",
        "良好",
        None,
    ]
    assert band_of(bands, 1, 1) == "优秀" and band_of([], 1, 1) is None


def test_a_paper_without_marks_has_no_band():
    assert band_of([Band("合格", 0)], 0, 0) is None and band_of([Band("合格", 0)], 0, 1) == "合格"


# Networks


def test_networks_are_read_one_a_line_or_a_comma_and_an_address_is_a_network_of_one():
    assert parse_networks(" 10.3.7.1/16， 10.4.1.7、fd00::/8\n") == [
        "10.3.0.0/16",
        "10.4.1.7/32",
        "fd00::/8",
    ]
    assert parse_networks("10.1.0.0/16,,10.2.0.0/16;") == ["10.1.0.0/16", "10.2.0.0/16"]
    assert parse_networks(" ") == []


def test_what_is_no_network_is_named():
    with pytest.raises(RuleBroken) as refused:
        parse_networks("10.3.0.0/16 机房")
    assert (refused.value.field, refused.value.code) == ("networks", "network_unread")
    assert refused.value.params == {"value": "机房"}


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.3.255.9", True),
        ("10.4.0.1", False),
        ("::ffff:10.3.0.1", True),
        ("fe80::1%eth0", True),
        ("fd00::1", False),
        ("nowhere", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_lies_in_one_of_the_networks(address, inside):
    assert within(["10.3.0.0/16", "fe80::/10"], address) is inside


def test_any_address_does_where_no_network_is_asked_for():
    assert within([], None) and within([], "nowhere")


# Who may sit in which window

OPEN = PriorAttempt(1, submitted=False)
UNMARKED = PriorAttempt(1, submitted=True)
FAILED = PriorAttempt(1, submitted=True, passed=False)
PASSED = PriorAttempt(2, submitted=True, passed=True)
KINDS = WindowKind


def test_second_chances_are_retakes_and_remedial_study():
    assert set(SECOND_CHANCES) == {KINDS.RETAKE, KINDS.REMEDIAL}


@pytest.mark.parametrize("kind", [KINDS.MAIN, KINDS.RESIT])
@pytest.mark.parametrize("made", [[], [OPEN], [FAILED], [PASSED]])
def test_a_first_window_and_a_resit_are_for_everybody(kind, made):
    assert ineligibility_reason(kind, made) is None


def test_a_make_up_is_for_who_handed_nothing_in():
    assert ineligibility_reason(KINDS.MAKE_UP, []) is None
    assert ineligibility_reason(KINDS.MAKE_UP, [OPEN]) is None
    assert ineligibility_reason(KINDS.MAKE_UP, [OPEN, FAILED]) == "already_sat"


@pytest.mark.parametrize("kind", SECOND_CHANCES)
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ([FAILED], None),
        ([FAILED, OPEN], None),
        ([FAILED, PASSED], "already_passed"),
        ([UNMARKED, PASSED], "already_passed"),
        ([], "nothing_to_retake"),
        ([OPEN], "nothing_to_retake"),
        ([FAILED, UNMARKED], "not_marked_yet"),
    ],
)
def test_a_second_chance_is_for_who_failed(kind, made, reason):
    assert ineligibility_reason(kind, made) == reason


def test_tries_are_those_of_the_exam_of_a_retake_its_own_and_of_remedial_study_none():
    made = [FAILED, UNMARKED, PASSED]
    assert tries_made(KINDS.MAIN, 2, iter(made)) == 3
    assert tries_made(KINDS.RETAKE, 2, iter(made)) == 1
    assert tries_made(KINDS.REMEDIAL, 2, iter(made)) == 0


# When marks may be seen


@pytest.mark.parametrize("release", Release)
def test_marks_of_remedial_study_are_released_at_once(release):
    assert release_of(release, KINDS.REMEDIAL) is Release.AT_ONCE
    assert release_of(release, KINDS.RETAKE) is release


@pytest.mark.parametrize("release", Release)
def test_no_mark_is_seen_before_all_is_marked(release):
    assert not marks_visible(release, False, OPENS, OPENS, now=OPENS)


def test_marks_are_seen_at_once_at_the_close_or_when_released_by_hand():
    before = OPENS - timedelta(seconds=1)
    assert marks_visible(Release.AT_ONCE, True, OPENS, None, now=before)
    assert not marks_visible(Release.AT_CLOSE, True, OPENS, before, now=before)
    assert marks_visible(Release.AT_CLOSE, True, OPENS, None, now=OPENS)
    assert not marks_visible(Release.BY_HAND, True, before, None, now=OPENS)
    assert not marks_visible(Release.BY_HAND, True, before, OPENS, now=before)
    assert marks_visible(Release.BY_HAND, True, OPENS, OPENS, now=OPENS)
