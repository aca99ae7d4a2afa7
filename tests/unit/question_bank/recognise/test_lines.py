"""Lines of text: what is cleaned from them, how long they may be, how marks become content."""

from __future__ import annotations

import pytest

from question_bank.content import Blank, Media, Text
from question_bank.formats.recognise.lines import (
    FORMULA,
    LONGEST_LINE,
    LOST_PICTURE,
    MOST_LINES,
    PICTURE,
    PICTURE_END,
    UNDERLINE,
    UNDERLINE_END,
    Line,
    bounded,
    clean,
    content_of,
    plain,
    radicals,
)
from question_bank.formats.records import Refused, Where

SHA = "0a" * 32
SHOWN = f"{PICTURE}{SHA}{PICTURE_END}"


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("甲\x0b乙\x0c丙\x85丁\u2028戊\u2029己", "甲\n乙\n丙\n丁\n戊\n己"),
        ("甲\u200b\u200c\u200d\u2060\ufeff乙", "甲乙"),
        ("甲\xa0乙", "甲 乙"),
        ("甲\x00\x08\x0e\x1f\x7f\ufffe\uffff乙", "甲乙"),
        ("甲\t乙\n", "甲\t乙\n"),
        ("⽴⼀⿕", "立一龠"),
        ("甲\ud800\udfff乙", "甲乙"),
        (f"甲{PICTURE}{PICTURE_END}{FORMULA}{LOST_PICTURE}{UNDERLINE}{UNDERLINE_END}", "甲"),
        ("甲乙", "甲乙"),
    ],
)
def test_what_no_page_can_show_is_taken_out(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("char", [" ", "_", "-", "…", "\u3000"])
def test_a_run_is_no_longer_than_says_something(char: str) -> None:
    assert clean(f"甲{char * 900}乙") == f"甲{char * 200}乙"
    assert clean(f"甲{char * 200}乙") == f"甲{char * 200}乙"


def test_radicals_are_counted() -> None:
    assert radicals("⽴⼀⿕立") == 3 and radicals("立") == 0


def test_lines_are_bounded_in_number_and_length() -> None:
    line, long = Line("甲", Where()), Line("甲" * LONGEST_LINE, Where())
    assert (MOST_LINES, LONGEST_LINE) == (200_000, 20_000)
    assert bounded([long]) == [long] and len(bounded([line] * MOST_LINES)) == MOST_LINES
    with pytest.raises(Refused) as refused:
        bounded([line] * (MOST_LINES + 1))
    assert refused.value.code == "too_large"
    assert refused.value.params == {"lines": MOST_LINES + 1, "limit": MOST_LINES}
    with pytest.raises(Refused) as refused:
        bounded([Line("甲" * (LONGEST_LINE + 1), Where())])
    assert (refused.value.code, refused.value.params) == ("too_large", {"line": LONGEST_LINE})


def test_marks_of_pictures_become_pictures() -> None:
    content = content_of(f" 甲{SHOWN}乙{FORMULA}\n丙____{SHOWN}____ ", blanks=True)
    first, second = (each.pieces for each in content.paragraphs)
    assert first == (Text("甲"), Media(SHA), Text("乙"))
    assert second == (Text("丙"), Blank(1), Media(SHA), Blank(2))


def test_text_without_pictures_is_plain_content() -> None:
    assert content_of(f"{UNDERLINE}甲{UNDERLINE_END}\n乙").plain == "甲\n乙"
    assert content_of("甲____", blanks=True).blanks == 1
    assert content_of("甲____").blanks == 0
    assert content_of(f" {LOST_PICTURE} ").plain == ""


def test_plain_text_has_no_marks() -> None:
    assert plain(f" 甲{SHOWN}{FORMULA}乙 ") == "甲乙"
