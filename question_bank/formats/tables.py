"""From rows to the parts of questions: the header is found by its words, in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.formats import answers
from question_bank.formats.assemble import Parts
from question_bank.formats.lines import clean
from question_bank.formats.marks import split_options
from question_bank.formats.records import Note, Where
from question_bank.model import LETTERS

HEADER_WITHIN = 15
LONGEST_CELL = 40_000

_ALIASES = {
    "type": "题型|题目类型|试题类型|类型|题型名称|试题题型|小题题型|type",
    "stem": "题干|题目|试题|问题|试题题干|题目内容|试题内容|小题题干|题干内容|题目题干"
    "|stem|question",
    "answer": "正确答案|答案|标准答案|参考答案|试题答案|正确选项|answer",
    "explanation": "解析|答案解析|试题解析|题目解析|答题解析|详解|说明|explanation",
    "category": "目录|章节|分类|知识点|所属章节|题目分类|试题分类|所属分类|考点|category",
    "difficulty": "难度|难易度|难易程度|难度系数|difficulty",
    "source": "来源|出处|依据|法条依据|法律依据|题目来源|试题来源|source",
    "options": "选项|备选项|备选答案|选项内容|options",
    "passage": "材料|大题题干|案例|背景材料|passage",
    "points": "得分点|采分点|评分要点|要点|points",
    "number": "序号|题号|编号|no|id",
    "ignored": "选项数|分值|分数|标签|备注",
}
_NAMES = {alias: name for name, all_ in _ALIASES.items() for alias in all_.split("|")}
_OPTION = re.compile(r"^(?:选项|option)?([a-h])(?:选项|项)?$")
_OPTION_NUMBER = re.compile(r"^(?:选项|option)([1-9])$")
_REMARK = re.compile(r"\(.*?\)|（.*?）|\[.*?\]|【.*?】|[*:：\s]", re.DOTALL)
# "/" and ">" part a path; a backslash before either, or before another, is an escape.
_STEP = re.compile(r"(?:\\[\\/>＞]|[^/>＞])+")
_ESCAPED = re.compile(r"\\([\\/>＞])")


@dataclass(slots=True)
class Header:
    """Where each column stands."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)


def find_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The header among the first rows: the first that names a stem and an answer."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        header = Header(number)
        for column, cell in enumerate(row[:200]):
            _name_column(header, column, cell_text(cell))
        if "stem" in header.columns and ("answer" in header.columns or header.options):
            return header
    return None


def _name_column(header: Header, column: int, title: str) -> None:
    word = _REMARK.sub("", unicodedata.normalize("NFKC", title)).lower()
    if not word:
        return
    name = _NAMES.get(word)
    if option := _OPTION.match(word):
        header.options.setdefault(option.group(1).upper(), column)
    elif option := _OPTION_NUMBER.match(word):
        header.options.setdefault(LETTERS[int(option.group(1)) - 1], column)
    elif name is None or name in header.columns:
        header.unknown[column] = title.strip()[:40]
    else:
        header.columns[name] = column


def cell_text(value: Any) -> str:
    """A cell as a person reads it: 1840, not 1840.0."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value[:LONGEST_CELL])
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).upper() if isinstance(value, bool) else str(value)


def read_rows(
    rows: Sequence[Sequence[Any]],
    header: Header,
    sheet: str | None,
    formulas: Mapping[tuple[int, int], bool],
    first_row: int = 1,
) -> tuple[list[Parts], list[Note]]:
    """The questions below a header, and what else was noticed.

    `formulas` names the cells (row, column from 0) with a formula that has no stored value.
    """
    parts: list[Parts] = []
    strange: set[str] = set()
    for number, row in enumerate(rows[header.row + 1 :], header.row + 1):
        if not any(cell_text(cell).strip() for cell in row) and not _needs(
            header, number, formulas
        ):
            continue
        one = _parts(row, header, Where(sheet=sheet, row=first_row + number), strange)
        for column in _needs(header, number, formulas):
            one.doubt("formula_cell", column=column)
        for column in _dates(row, header):
            one.doubt("date_cell", column=column)
        parts.append(one)
    where = Where(sheet=sheet, row=first_row + header.row)
    notes = [
        Note("column_ignored", {"column": title}, where)
        for title in header.unknown.values()
        if title
    ]
    if strange:
        notes.append(Note("difficulty_unknown", {"values": sorted(strange)[:10]}, where))
    return parts, notes


def _columns(header: Header) -> Iterator[tuple[str, int]]:
    yield from ((n, c) for n, c in header.columns.items() if n not in ("number", "ignored"))
    yield from header.options.items()


def _needs(header: Header, row: int, formulas: Mapping[tuple[int, int], bool]) -> list[str]:
    if not formulas:
        return []
    return [name for name, column in _columns(header) if (row, column) in formulas]


def _dates(row: Sequence[Any], header: Header) -> list[str]:
    """The columns whose cell a spreadsheet turned into a date or a time (1/2, 3-4, 8:30)."""
    return [
        name
        for name, column in _columns(header)
        if column < len(row) and type(row[column]).__module__ == "datetime"
    ]


def _parts(row: Sequence[Any], header: Header, where: Where, strange: set[str]) -> Parts:
    def text(name: str) -> str:
        column = header.columns.get(name)
        return cell_text(row[column]).strip() if column is not None and column < len(row) else ""

    kind = text("type")
    parts = Parts(
        where,
        declared=answers.type_named(kind) if kind else None,
        any_number="不定项" in kind,
        stem=text("stem"),
        answers=[text("answer")] if text("answer") else [],
        explanation=text("explanation"),
        points=tuple(filter(None, map(str.strip, text("points").split("\n")))),
        source=text("source"),
        category=path(text("category")),
        passage=text("passage"),
        raw="\t".join(cell_text(cell) for cell in row).strip(),
    )
    if kind and parts.declared is None:
        parts.doubt("type_unknown", type=kind[:40])
    level = text("difficulty")
    parts.difficulty = answers.difficulty_named(level) if level else None
    if level and parts.difficulty is None:
        strange.add(level[:20])
    parts.options = _options(row, header, text("options"), parts)
    return parts


def _options(
    row: Sequence[Any], header: Header, one_cell: str, parts: Parts
) -> list[tuple[str, str]]:
    if one_cell and not header.options:
        before, options = split_options(one_cell, "A")
        if options and not before.strip():
            return [(letter, text.strip(" \n;；|")) for letter, text in options]
        separator = next((each for each in ("\n", "|", "；", ";") if each in one_cell), None)
        texts = one_cell.split(separator) if separator else [one_cell]
        return list(zip(LETTERS, filter(None, map(str.strip, texts)), strict=False))
    cells = [
        (letter, cell_text(row[column]).strip() if column < len(row) else "")
        for letter, column in sorted(header.options.items())
    ]
    while cells and not cells[-1][1]:
        cells.pop()
    return cells


def path(text: str) -> tuple[str, ...]:
    """A category path such as 刑法/总则; a backslash keeps a separator in a name."""
    steps = (_ESCAPED.sub(r"\1", each.strip()) for each in _STEP.findall(text))
    return tuple(each for each in steps if each)


def path_text(category: Sequence[str]) -> str:
    """The text that `path` reads back as this category."""
    return "/".join(re.sub(r"([\\/>＞])", r"\\\1", each) for each in category)
