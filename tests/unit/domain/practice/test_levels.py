"""How well a category is known, in counts from the last answers."""

from __future__ import annotations

import pytest

from learnapp.domain.practice.levels import Level, level_of


@pytest.mark.parametrize(
    ("questions", "answered", "level"),
    [
        (10, [], Level(0, 0, 10)),
        (10, [("known", 4), ("unsure", 1), ("wrong", 2)], Level(4, 3, 3)),
        (5, [("known", 4), ("wrong", 3)], Level(4, 1, 0)),
        (2, [("known", 9)], Level(2, 0, 0)),
        (0, [("wrong", 1)], Level(0, 0, 0)),
    ],
)
def test_known_shaky_and_new_make_up_the_category_and_nothing_is_below_none(
    questions, answered, level
):
    assert level_of(questions, answered) == level
