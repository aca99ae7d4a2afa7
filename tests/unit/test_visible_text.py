"""The comparison of two checkouts sees what a reader would see, and nothing else."""

from __future__ import annotations

from tests.crawl.visible_text import differences, lines_of


def test_a_line_break_between_two_inline_words_is_a_space():
    assert lines_of("<p>甲<b>乙</b></p>") == ["甲乙"]
    assert lines_of("<p>甲\n  <b>乙</b></p>") == ["甲 乙"]


def test_white_space_at_the_edge_of_a_block_is_nothing():
    assert lines_of("<ul>\n  <li>\n    甲\n  </li>\n  <li>乙</li></ul>") == ["甲", "乙"]


def test_white_space_that_is_shown_as_written_counts():
    assert lines_of('<p class="kept">甲</p>') != lines_of('<p class="kept">\n  甲\n</p>')


def test_what_is_read_out_counts_and_what_is_never_shown_does_not():
    page = '<input aria-label="题数" value="3"><script>let a = 1;</script><p>甲</p>'
    assert lines_of(page) == ["[aria-label: 题数]", "甲"]


def test_a_changed_page_and_a_page_of_one_side_are_named_with_their_lines():
    before = {"head GET /a": [["甲"]], "head GET /b": [["乙"]], "head GET /c": [["丙"]]}
    after = {"head GET /a": [["甲"]], "head GET /b": [["丁"]]}
    changed, lines = differences(before, after)
    assert changed == ["head GET /b", "head GET /c"]
    assert lines == {"-乙": 1, "+丁": 1, "-丙": 1}
