"""Pages of a list: where each begins and what is on it."""

from __future__ import annotations

from learnapp.domain.core.page_spans import PageSpan


def test_the_first_page_begins_with_the_first_entry_and_each_other_where_the_one_before_ends():
    assert [PageSpan(number, 20).offset for number in (1, 2, 3)] == [0, 20, 40]


def test_pages_hold_each_entry_once_and_the_last_what_is_left():
    whole = list(range(7))
    pages = [PageSpan(number, 3).of(whole) for number in (1, 2, 3, 4)]
    assert pages == [[0, 1, 2], [3, 4, 5], [6], []]
