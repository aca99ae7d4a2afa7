"""How well a category is known, in counts from the last answers."""

from __future__ import annotations

import pytest

from learnapp.domain.practice.levels import ShelfLevel, level_of


@pytest.mark.parametrize(
    ("questions", "answered", "level"),
    [
        (10, [], ShelfLevel(0, 0, 10)),
        (10, [("known", 4), ("unsure", 1), ("wrong", 2)], ShelfLevel(4, 3, 3)),
        (5, [("known", 4), ("wrong", 3)], ShelfLevel(4, 1, 0)),
        (2, [("known", 9)], ShelfLevel(2, 0, 0)),
        (0, [("wrong", 1)], ShelfLevel(0, 0, 0)),
    ],
)
def test_known_shaky_and_new_make_up_the_category_and_nothing_is_below_none(
    questions, answered, level
):
    assert level_of(questions, answered) == level
