"""Text files: encodings, Markdown, tabs that part cells, tables of pipes."""

from __future__ import annotations

import codecs

import pytest

from question_bank.formats.recognise.text_file import (
    decode,
    decode_counted,
    lines_of,
    lines_of_text,
    pipe_tables,
)
from question_bank.formats.records import Refused


def texts(text: str, markdown: bool = False) -> list[str]:
    return [line.text for line in lines_of_text(text, markdown)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_is_found_out(encoding: str) -> None:
    assert decode("甲乙\r\n丙".encode(encoding)) == "甲乙\n丙"


def test_either_order_of_bytes_is_read_and_several_marks_are_dropped() -> None:
    assert decode(codecs.BOM_UTF16_BE + "甲".encode("utf-16-be")) == "甲"
    assert decode(codecs.BOM_UTF8 * 3 + "甲".encode()) == "甲"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\xff\xff\xff", b"a\x00b"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        decode(data)
    assert (refused.value.code, refused.value.params) == ("broken_file", {"part": "encoding"})


def test_radicals_that_were_put_right_are_counted_in_a_note() -> None:
    assert decode_counted("⽴⼀".encode()) == ("立一", 2)
    lines, notes = lines_of("⽴⼀\n甲".encode())
    assert [line.text for line in lines] == ["立一", "甲"]
    assert [(note.code, note.params) for note in notes] == [
        ("radicals_repaired", {"characters": 2})
    ]
    assert lines_of("甲".encode())[1] == []


def test_lines_are_numbered_from_1() -> None:
    lines = lines_of_text("甲\n\n乙")
    assert [(line.text, line.where.paragraph) for line in lines] == [("甲", 1), ("", 2), ("乙", 3)]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("## 甲", "甲"),
        ("####### 甲", "####### 甲"),
        ("> 甲", "甲"),
        ("   # 甲", "甲"),
        ("- 甲", "- 甲"),
        ("**甲** __乙__", "甲 乙__"),
        (r"1\. 甲\_\*", "1. 甲_*"),
    ],
)
def test_markdown_loses_its_signs(line: str, shown: str) -> None:
    assert texts(line, markdown=True) == [shown]
    assert texts(line) == [line]


def test_cells_of_tabs_are_lines_where_most_lines_are_rows() -> None:
    assert texts("甲\t乙\t丙\n丁\t戊\t己\n庚") == ["甲", "乙", "丙", "丁", "戊", "己", "庚"]
    assert texts("甲\t乙\t丙\n丁") == ["甲\t乙\t丙", "丁"]
    assert texts("甲\t乙\t丙\n\n\n") == ["甲", "乙", "丙", "", "", ""]
    assert texts("甲\t乙") == ["甲\t乙"]


def test_tables_of_pipes_are_found_with_the_line_they_begin_on() -> None:
    text = "题\n| 题干 | 答案 |\n|---|:-:|\n| 甲\\|乙 | A<br>B |\n\n| 一 | 二 |\n| a |"
    assert pipe_tables(text.encode()) == [
        (2, [["题干", "答案"], [], ["甲|乙", "A\nB"]]),
        (6, [["一", "二"]]),
    ]
