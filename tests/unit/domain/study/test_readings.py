"""What to read after a portion: the reading's own next one, else what falls due first."""

from __future__ import annotations

import pytest

from learnapp.domain.study.readings import UnreadPortion, next_to_read
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
