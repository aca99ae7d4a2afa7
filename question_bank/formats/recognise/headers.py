"""The header of a table: found by its words, in any order, in one row or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.formats.office.cells import own_text
from question_bank.formats.recognise.answers import (
    as_answers,
    as_truth,
    leading_letters,
    type_named,
)
from question_bank.formats.recognise.headings import legend_of
from question_bank.formats.recognise.lines import clean
from question_bank.formats.recognise.tick_columns import ticks_among
from question_bank.options import LETTERS, letter_of, lettered

HEADER_WITHIN = 15
# As many rows are looked at to tell what a table is.
FIRST_ROWS = 200
LONGEST_CELL = 40_000
MOST_COLUMNS = 200

_ALIASES = {
    "type": "题型|题目类型|试题类型|类型|题型名称|试题题型|题目题型"
    "|type|questiontype|qtype|kind|typename|typedesc|questiontypename",
    "sub_type": "小题题型|子题题型",
    "stem": "题干|题目|试题|问题|试题题干|题目内容|试题内容|小题题干|题干内容|题目题干"
    "|题目标题|试题标题|题目名称|试题名称|题目正文|题面|题目描述|考题|问题内容|试题正文"
    "|试题描述|问题描述|题目文本|试题文本|题目（题干）|题干描述|试题题目|题"
    "|stem|question|q|questiontext|questioncontent|questiontitle|questionstem|prompt|title|content",
    "answer": "正确答案|答案|标准答案|参考答案|试题答案|正确选项|题目答案|答案内容|正解|正确项"
    "|答案选项|试题答案选项|正确答案选项|标准选项|参考选项"
    "|answer|correctanswer|rightanswer|correct|correctoption|key|answerkey|answers|solution|ans"
    "|correctchoice|standardanswer",
    "explanation": "解析|答案解析|试题解析|题目解析|答题解析|详解|说明|试题分析|解析内容|分析|解答"
    "|试题说明|答案说明|题解|答案详解|解题思路|答题说明|备注解析|explanation|analyse|analyze|analysis|rationale|feedback|explain",
    "category": "目录|章节|分类|知识点|所属章节|题目分类|试题分类|所属分类|考点|一级目录|章节名称|科目"
    "|category|chapter|section|subject|topic",
    "difficulty": "难度|难易度|难易程度|难度系数|难度等级|试题难度|题目难度|difficulty|level",
    "source": "来源|出处|依据|法条依据|法律依据|题目来源|试题来源|命题依据|出题依据|相关法条|参考依据"
    "|答案出处|答案依据|source|reference",
    "options": "选项|备选项|备选答案|选项内容|备选|可选项|题目选项|试题选项|全部选项"
    "|options|choices|option|selections|alternatives",
    "passage": "材料|大题题干|案例|背景材料|案情|题目材料|passage",
    "points": "得分点|采分点|评分要点|要点|points",
    "number": "序号|题号|编号|试题编号|题目编号|no|id|number|index|no.|#",
    "ignored": "选项数|选项个数|分值|分数|得分|标签|备注|待确认|score|mark|marks|tags",
}
# What means a stem or an answer where no other title does.
_WEAK = {
    "stem": frozenset(
        {"内容", "问", "试题及选项", "题目及选项", "习题", "判断内容", "测试题", "提问"}
    ),
    "answer": frozenset({"答", "判断结果", "正误", "对错", "判断"}),
}
_NAMES = {alias: name for name, all_ in _ALIASES.items() for alias in all_.split("|")}
_LONGEST_TITLE = 300
_LONGEST_ANSWER = 60
_OPTION = re.compile(
    r"^(?:选项|选择项|可选项|选项内容|答案选项|备选项|备选答案|备选|答案|option|choice|answer|opt)?_?([a-t])(?:选项|项|答案)?(?:内容|描述)?[.、]?$"
)
_OPTION_NUMBER = re.compile(
    r"^(?:选项|备选项|备选答案|答案选项|答案|option|choice|answer|opt)_?([1-9]|1\d|20|[一二三四五六七八九十])$"
)
# Columns of answers, a gap each, where no other column is the answer.
_OF_A_GAP = re.compile(
    r"^(?:答案|填空|空)_?(?:[1-9]|[一二三四五六七八九])(?:答案)?$|^第(?:[1-9]|[一二三四五六七八九])空(?:答案)?$"
)
_CHINESE = "一二三四五六七八九十"
_REMARK = re.compile(r"\(.*?\)|（.*?）|\[.*?\]|【.*?】|[*:：\s_-]", re.DOTALL)


@dataclass(slots=True)
class Header:
    """Where each column is."""

    row: int
    rows: int = 1
    legend: dict[str, bool] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    gaps: tuple[int, ...] = ()  # columns with the answer of a gap each
    ticks: dict[str, int] = field(
        default_factory=dict
    )  # columns that say whether an option is right
    ticks_named: bool = True  # whether the titles of those say whose they are
    first_place: int | None = None  # answers are places of options, counted from here


def titles_of(header: Header) -> set[int]:
    """The columns that have a title, whether it says anything or not."""
    named = (header.columns, header.options, header.ticks)
    return {*header.unknown, *header.gaps, *(at for each in named for at in each.values())}


def find_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The header among the first rows: the first that names a stem and an answer."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        header = header_of(row, number)
        if "stem" not in header.columns and "passage" in header.columns and header.options:
            header.columns["stem"] = header.columns.pop("passage")
        _take_weak(header, "stem")
        if "stem" not in header.columns:
            continue
        if "answer" not in header.columns:
            titles = [bare_title(cell_text(cell)) for cell in row[:MOST_COLUMNS]]
            _take_gaps(header, titles)
            _take_ticks(header, titles)
            if not header.ticks:
                _take_weak(header, "answer")
        if not header.options and number + 1 < len(rows):
            _take_second_row(header, rows[number + 1])
        if "answer" in header.columns or header.options or header.ticks:
            above = [cell_text(cell) for each in rows[: number + 1] for cell in each[:MOST_COLUMNS]]
            header.legend = dict(legend_of(" ".join(above)[:4000]))
            return header
    return None


def stems_alone(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The header of a table that has no answers at all: it names a stem beside numbers or types."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        header = header_of(row, number)
        if "stem" in header.columns and {"number", "type"} & header.columns.keys():
            below = (cell_text(cell) for each in rows[number + 1 :] for cell in each)
            return None if any("答案" in text for text in below) else header
    return None


def _take_weak(header: Header, name: str) -> None:
    """Take a title that names a stem or an answer only where no other does: 内容, 问, 答."""
    if name in header.columns:
        return
    words = _WEAK[name]
    at = next((at for at, title in header.unknown.items() if bare_title(title) in words), None)
    if at is not None:
        header.columns[name] = at
        header.unknown.pop(at)


def _take_ticks(header: Header, titles: Sequence[str]) -> None:
    """Take columns that tick the right options for what they are."""
    found = ticks_among(titles, header.options, "options" in header.columns)
    header.ticks, header.ticks_named, header.options = found.columns, found.named, found.options
    taken = set(found.columns.values())
    header.unknown = {at: title for at, title in header.unknown.items() if at not in taken}
    header.columns = {name: at for name, at in header.columns.items() if at not in taken}


def _take_gaps(header: Header, titles: Sequence[str]) -> None:
    """Take columns such as 答案1, 答案2 for the answers of gaps: nothing else is the answer there."""
    gaps = tuple(at for at, title in enumerate(titles) if _OF_A_GAP.match(title))
    if not gaps or set(header.options.values()) - set(gaps):
        return
    header.columns["answer"], header.gaps, header.options = gaps[0], gaps, {}
    for at in gaps:
        header.unknown.pop(at, None)


_PLACES = re.compile(r"\d(?:[\s,，、;；|]*\d)*")


def place_counted_from(rows: Sequence[Sequence[Any]], header: Header) -> int | None:
    """What places of options as answers are counted from, 0 or 1; None where answers are no places."""
    column = header.columns.get("answer")
    if column is None or not (header.options or "options" in header.columns):
        return None
    cells = [cell_text(row[column]).strip() for row in rows[header.row + 1 :] if column < len(row)]
    stated = [cell for cell in cells if cell]
    if not stated or not all(_PLACES.fullmatch(cell) for cell in stated):
        return None
    return 0 if any("0" in cell for cell in stated) else 1


_FEWEST_LABELS = 3


def turned(rows: Sequence[Sequence[str]]) -> list[list[str]] | None:
    """A table whose first column holds the titles, question below question, with them on top.

    None where the rows are anything else.
    """
    pairs = [(row[0].strip(), row[1:]) for row in rows if any(cell.strip() for cell in row)]
    if pairs and pairs[0][0].isdecimal() and len(pairs[0][1]) > 0:  # a number before the stem
        pairs[0] = ("题目", pairs[0][1])
    named = [column_named(title) if len(title) <= _LONGEST_NAME else None for title, _ in pairs]
    if len(pairs) < _FEWEST_LABELS or None in named or "stem" not in named:
        return None
    titles = list(dict.fromkeys(title for title, _ in pairs))
    found: list[list[str]] = []
    first = named[0]
    for (title, cells), name in zip(pairs, named, strict=True):
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) > 1:
            return None
        if name == first:
            found.append([""] * len(titles))
        found[-1][titles.index(title)] = filled[0] if filled else ""
    return [titles, *found]


def turned_rows(
    rows: Iterable[Sequence[Any]], first: Sequence[Sequence[Any]]
) -> list[list[str]] | None:
    """The rows of a sheet turned, as `turned` does, if the first of them can be."""

    def texts(part: Iterable[Sequence[Any]]) -> list[list[str]]:
        return [[cell_text(cell) for cell in row] for row in part if row]

    return turned(texts(rows)) if turned(texts(first)) is not None else None


_STEM_LIKE = re.compile(r"[题干问]|stem|question|prompt|title|content", re.IGNORECASE)
_LONGEST_NAME = 40


def may_be_header(texts: Sequence[str]) -> bool:
    """Whether some cell may name the column of stems: this sorts most rows out from headers."""
    return any(
        len(text) <= _LONGEST_NAME and _STEM_LIKE.search(text) and column_named(text) == "stem"
        for text in texts
    )


def header_of(row: Sequence[Any], number: int) -> Header:
    """What a row names, whether or not it is a header."""
    header = Header(number)
    for column, cell in enumerate(row[:MOST_COLUMNS]):
        _name_column(header, column, cell_text(cell))
    return header


def _take_second_row(header: Header, row: Sequence[Any]) -> None:
    """Take the letters that stand below a merged 选项, if the row holds them and no question."""
    second = header_of(row, header.row + 1)
    stem = header.columns["stem"]
    if len(second.options) < 2 or (stem < len(row) and cell_text(row[stem]).strip()):
        return
    header.options = second.options
    header.columns.pop("options", None)
    for name, column in second.columns.items():
        header.columns.setdefault(name, column)
    header.row, header.rows = header.row + 1, 2


def bare_title(title: str) -> str:
    """A title without remarks, spaces and case."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", title)).lower()


def is_titled(text: str) -> bool:
    """Whether a cell may be a title, by its length."""
    return 0 < len(text) <= _LONGEST_NAME


def column_named(title: str) -> str | None:
    """What a title means: the name of a column, or the letter of an option; None if unknown."""
    word = bare_title(title)
    if word in _NAMES:  # before the letters: "options" is no option S
        return _NAMES[word]
    if option := _OPTION.match(word):
        return option.group(1).upper()
    if option := _OPTION_NUMBER.match(word):
        stated = option.group(1)
        return letter_of(int(stated) - 1 if stated.isdecimal() else _CHINESE.index(stated))
    return None


def _name_column(header: Header, column: int, title: str) -> None:
    if len(title) > _LONGEST_TITLE or not title.strip():
        return
    name = column_named(title)
    if name is not None and name in LETTERS and name not in header.options:
        header.options[name] = column
    elif name is None or name in header.columns or name in header.options:
        header.unknown[column] = title.strip()[:40]
    else:
        header.columns[name] = column


class MarkedText(str):
    """The text of a cell that was cleaned already; marks of pictures may be in it."""

    __slots__ = ()


def cell_text(value: Any) -> str:
    """A cell as a person reads it: 1840, not 1840.0."""
    if type(value) is MarkedText:
        return value
    if value is None:
        return ""
    if isinstance(value, str):
        return own_text(clean(value[:LONGEST_CELL]))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).upper() if isinstance(value, bool) else str(value)


def assumed_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """The header that a table without one would have, known by what its columns hold.

    One column of letters or of true and false is the answer, the longest text the stem, what
    is between them the options. None where that is not plain.
    """
    texts = [[cell_text(cell).strip() for cell in row[:40]] for row in rows[:FIRST_ROWS]]
    texts = [row for row in texts if sum(bool(cell) for cell in row) >= 3]
    if len(texts) < 3:
        return None
    width = max(map(len, texts))
    columns = [[row[at] if at < len(row) else "" for row in texts] for at in range(width)]
    answer = next((at for at in reversed(range(width)) if _are_answers(columns[at])), None)
    stem = max(range(width), key=lambda at: sum(map(len, columns[at])))
    if answer is None or answer == stem:
        return None
    header = Header(-1, columns={"stem": stem, "answer": answer})
    kinds = [at for at in range(width) if at not in (stem, answer) and _are_types(columns[at])]
    if kinds:
        header.columns["type"] = kinds[0]
    between = range(stem + 1, answer) if answer > stem else range(stem + 1, width)
    filled = [at for at in between if any(columns[at]) and at not in kinds]
    for letter, at in lettered(filled):
        header.options[letter] = at
    return header


def _are_answers(column: Sequence[str]) -> bool:
    nonempty = [text for text in column if text]
    if len(nonempty) * 10 < len(column) * 8:
        return False
    return bool(nonempty) and all(
        as_answers(text) is not None
        or as_truth(text, sure=True) is not None
        or (len(text) <= _LONGEST_ANSWER and leading_letters(text)[0] is not None)
        for text in nonempty
    )


def _are_types(column: Sequence[str]) -> bool:
    """Whether a column names types of questions and nothing else."""
    nonempty = [text for text in column if text]
    return bool(nonempty) and all(
        len(text) <= 8 and type_named(text) is not None for text in nonempty
    )
