"""Which units a wall chart shows at an instant."""

from __future__ import annotations

from datetime import timedelta

from learnapp.domain.progress.wall import ROWS, sheets, turn
from tests.unit.domain.instants import at


def test_rows_come_in_sheets_that_a_screen_holds_and_none_is_left_out():
    rows = list(range(2 * ROWS + 1))
    found = sheets(rows)
    assert [len(each) for each in found] == [ROWS, ROWS, 1]
    assert [row for each in found for row in each] == rows
    assert sheets([]) == [[]]


def test_sheets_come_in_turn_and_each_has_half_a_minute():
    begun = turn(3, at(12))
    turns = [turn(3, at(12) + timedelta(seconds=seconds)) for seconds in (0, 29, 30, 60, 90)]
    assert turns == [begun, begun, (begun + 1) % 3, (begun + 2) % 3, begun]
    assert turn(0, at(12)) == turn(1, at(12)) == 0
