"""How a text falls into portions, what evidences that one was read, what to read next."""

from __future__ import annotations

import pytest

from learnapp.domain.study.readings import (
    PORTION_LENGTH,
    PortionPlan,
    PortionProgress,
    UnreadPortion,
    is_read,
    next_to_read,
    plan_portions,
    reading_minutes,
)
from question_bank.options import letter_of

OTHER, THIRD, SECOND, FIRST = (
    UnreadPortion(9, None),
    UnreadPortion(3, 3),
    UnreadPortion(2, 2),
    UnreadPortion(1, 1),
)


@pytest.mark.parametrize(
    ("after", "unread", "found"),
    [
        (1, [OTHER, THIRD, SECOND], SECOND),
        (2, [OTHER, FIRST, THIRD], THIRD),
        (3, [OTHER, FIRST], OTHER),
        (3, [FIRST, OTHER], FIRST),
        (2, [SECOND], None),
        (2, [], None),
    ],
)
def test_the_next_portion_is_the_readings_own_and_else_what_falls_due_first(after, unread, found):
    assert next_to_read(after, unread) == found


def test_letters_of_options_go_on_beyond_the_alphabet():
    assert [letter_of(n) for n in (0, 8, 25, 26, 27, 52)] == ["A", "I", "Z", "AA", "AB", "BA"]


def test_a_portion_is_about_four_minutes_long():
    assert PORTION_LENGTH == 1200


@pytest.mark.parametrize(
    ("lengths", "portions"),
    [
        ([], []),
        ([5000], [(0, 0, 5000)]),
        ([600, 600, 600], [(0, 1, 1200), (2, 2, 600)]),
        ([1000, 300], [(0, 1, 1300)]),
        ([1000, 400], [(0, 1, 1400)]),
        ([1000, 401], [(0, 0, 1000), (1, 1, 401)]),
        ([3000, 100, 1200], [(0, 0, 3000), (1, 2, 1300)]),
        ([0, 0, 1200], [(0, 2, 1200)]),
    ],
)
def test_sections_join_while_that_brings_a_portion_nearer_to_its_length(lengths, portions):
    assert plan_portions(lengths) == [PortionPlan(*each) for each in portions]


def test_the_length_of_a_portion_may_be_another():
    assert plan_portions([10, 10, 10], aim=20) == [PortionPlan(0, 1, 20), PortionPlan(2, 2, 10)]


@pytest.mark.parametrize(
    ("reached", "needs_check", "checked", "read"),
    [
        (2, False, False, True),
        (3, False, False, True),
        (1, False, True, False),
        (2, True, False, False),
        (2, True, True, True),
        (1, True, True, False),
    ],
)
def test_a_portion_is_read_with_its_last_section_and_its_check_question(
    reached, needs_check, checked, read
):
    assert is_read(reached, 2, needs_check, checked) is read


@pytest.mark.parametrize(("length", "minutes"), [(0, 0), (1, 1), (300, 1), (301, 2), (1200, 4)])
def test_reading_takes_a_minute_for_three_hundred_characters_and_one_at_least(length, minutes):
    assert reading_minutes(length) == minutes


@pytest.mark.parametrize(
    ("at", "reached", "section", "left"), [(0, -1, 1, 4), (1, 1, 2, 2), (9, 2, 3, 1), (0, 2, 1, 4)]
)
def test_what_is_left_of_a_portion_is_from_the_present_section_on(at, reached, section, left):
    progress = PortionProgress([600, 300, 100], at, reached)
    assert (progress.section, progress.minutes_left) == (section, left)
    assert progress.begun is (reached >= 0)
