"""What a page showed is marked: nobody decides about what they have not seen."""

from __future__ import annotations

from datetime import date

from learnapp.domain.core.seen import mark_of, must_have_seen
from tests.services.refusals import refused


def test_a_mark_is_of_all_that_is_shown_and_of_nothing_else():
    shown = ({"甲": 1, "乙": [date(2026, 11, 27), None]}, 3)
    mark = mark_of(*shown)
    assert len(mark) == 16 and mark == mark_of({"乙": [date(2026, 11, 27), None], "甲": 1}, 3)
    must_have_seen(mark, *shown)
    for other in ((), (None,), (shown[0], 4), (shown[0], "3"), ({"甲": 1}, 3)):
        with refused("changed_since_seen"):
            must_have_seen(mark, *other)
    with refused("changed_since_seen"):
        must_have_seen("", None)
