"""Points, seats and what follows from opinions; bands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.bands import Band, band_of, parse_bands
from learnapp.domain.exams.grading import Opinion, check_awarded, differ, seat_for, settled, shares


@given(st.integers(100, 10_000), st.integers(1, 12))
def test_the_shares_of_points_add_up_to_the_full_marks(full, points):
    found = shares(full, points)
    assert len(found) == points and sum(found) == full and min(found) > 0


def test_marks_stay_within_the_full_ones_and_points_add_up():
    check_awarded(1000, [300, 200], 500)
    for points, awarded, code in (
        ([], 1001, "mark_out_of_range"),
        ([], -1, "mark_out_of_range"),
        ([300, -100], 200, "mark_out_of_range"),
        ([300, 200], 600, "points_do_not_add_up"),
    ):
        with pytest.raises(RuleBroken) as broken:
            check_awarded(1000, points, awarded)
        assert broken.value.code == code


def test_one_marker_decides_and_may_think_again():
    assert seat_for(1, 1000, [], 7) == 1
    said = [Opinion(1, 7, 600)]
    assert seat_for(1, 1000, said, 7) == 1
    assert seat_for(1, 1000, said, 8) is None
    assert settled(1, 1000, said) == 600


def test_two_markers_who_are_close_are_averaged():
    said = [Opinion(1, 7, 600), Opinion(2, 8, 700)]
    assert settled(2, 1000, said[:1]) is None and settled(2, 1000, said) == 650
    assert seat_for(2, 1000, said[:1], 8) == 2
    assert seat_for(2, 1000, said, 9) is None
    assert seat_for(2, 1000, said, 7) is None  # the second has spoken after them
    assert seat_for(2, 1000, said, 8) == 2


def test_two_who_differ_want_a_third_whose_word_holds():
    said = [Opinion(1, 7, 300), Opinion(2, 8, 900)]
    assert differ(1000, 300, 900) and settled(2, 1000, said) is None
    assert seat_for(2, 1000, said, 9) == 3 and seat_for(2, 1000, said, 7) is None
    assert settled(2, 1000, [*said, Opinion(3, 9, 400)]) == 400


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_mark_of_two_lies_between_them(first, second):
    mark = settled(2, 1000, [Opinion(1, 7, first), Opinion(2, 8, second)])
    assert (mark is None) == differ(1000, first, second)
    assert mark is None or min(first, second) <= mark <= max(first, second)


def test_bands_are_read_and_the_highest_reached_is_named():
    bands = parse_bands("良好 80，优秀90%")
    assert bands == [Band("优秀", 900), Band("良好", 800)]
    assert [band_of(bands, n, 100) for n in (100, 90, 89, 80, 79)] == [
        "优秀",
        "优秀",
        "良好",
        "良好",
        None,
    ]
    assert parse_bands("  ") == []
    for text, code in (
        ("优秀", "band_unread"),
        ("优 101", "band_unread"),
        ("甲 80，乙 80", "bands_alike"),
    ):
        with pytest.raises(RuleBroken) as broken:
            parse_bands(text)
        assert broken.value.code == code


@pytest.mark.parametrize(
    ("full", "points", "found"),
    [
        (1000, 3, [300, 300, 400]),
        (1000, 4, [250, 250, 250, 250]),
        (100, 3, [33, 33, 34]),
        (500, 1, [500]),
        (500, 0, []),
        (500, -1, []),
    ],
)
def test_points_are_worth_even_halves_of_a_mark_and_the_last_what_is_left(full, points, found):
    assert shares(full, points) == found


def test_two_differ_by_more_than_a_sixth_of_the_full_marks():
    assert not differ(1000, 500, 667) and differ(1000, 500, 668)
    assert differ(1000, 668, 500)


def test_the_limits_of_marks_are_allowed_and_named():
    check_awarded(1000, [], 0)
    check_awarded(1000, [1000, 0], 1000)
    with pytest.raises(RuleBroken) as refused:
        check_awarded(1000, [], 1001)
    assert (refused.value.field, refused.value.params) == ("awarded", {"most": 1000})
    with pytest.raises(RuleBroken) as refused:
        check_awarded(1000, [1], 2)
    assert (refused.value.field, refused.value.code) == ("awarded", "points_do_not_add_up")


def test_the_arbiter_may_think_again_and_nobody_else_speaks_after_them():
    said = [Opinion(1, 7, 300), Opinion(2, 8, 900), Opinion(3, 9, 400)]
    assert seat_for(2, 1000, said, 9) == 3
    assert seat_for(2, 1000, said, 8) is None and seat_for(2, 1000, said, 10) is None


def test_the_mean_of_two_is_rounded_up():
    assert settled(2, 1000, [Opinion(1, 7, 600), Opinion(2, 8, 601)]) == 601
    assert settled(1, 1000, []) is None
    assert settled(2, 1000, [Opinion(2, 8, 601)]) is None
