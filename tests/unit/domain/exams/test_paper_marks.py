"""Marks keyed twice: each within what its question gives, and where the two differ."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.paper_marks import (
    MarkDifference,
    check_marks,
    differences,
    is_right,
)

FULL = {1: 200, 2: 500}


def test_every_question_has_a_mark_within_its_full_marks():
    assert check_marks({1: 200, 2: 0, 9: 100}, FULL) == {1: 200, 2: 0}
    for marks, code, field in (
        ({1: 100}, "mark_needed", "q2"),
        ({1: 201, 2: 0}, "mark_too_high", "q1"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            check_marks(marks, FULL)
        assert (refusal.value.code, refusal.value.field) == (code, field)
    with pytest.raises(RuleBroken) as refusal:
        check_marks({1: 201, 2: 0}, FULL)
    assert refusal.value.params == {"n": 1, "most": 2}


def test_what_two_people_read_otherwise_is_listed_in_the_order_of_the_paper():
    assert differences({2: 500, 1: 200}, {1: 200, 2: 450}) == [MarkDifference(2, 500, 450)]
    assert differences({1: 0}, {1: 0}) == []


@pytest.mark.parametrize(
    ("awarded", "by_rule", "right"),
    [(200, True, True), (0, True, False), (100, True, None), (200, False, None)],
)
def test_full_marks_of_a_closed_question_are_right_and_none_are_wrong(awarded, by_rule, right):
    assert is_right(awarded, 200, by_rule) is right
