"""What a single line is, by its marks alone: heading, number, option, answer, explanation …"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from question_bank.formats.answers import type_named
from question_bank.kinds import QuestionType


class Kind(Enum):
    """The kinds of line."""

    EMPTY = "empty"
    HEADING = "heading"
    CHAPTER = "chapter"
    NUMBER = "number"
    OPTION = "option"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    DETAIL = "detail"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as its marks tell it; `value` is what follows the mark."""

    kind: Kind
    value: str = ""
    number: int = 0
    letter: str = ""
    name: str = ""
    type: QuestionType | None = None
    any_number: bool = False


_ORDINAL = (
    r"[（(【\[]?\s*(?:第?[一二三四五六七八九十]{1,3}|[IVX]{1,4}|\d{1,2})\s*"
    r"(?:部分|大题|[)）】\]])?\s*"
)
_TYPE = (
    r"[一-鿿]{0,6}?(?:选择|单选|多选|不定项|判断|是非|填空|简答|问答|论述|简述|名词解释"
    r"|案例分析|材料分析|辨析|主观)"
)
_HEADING = re.compile(
    rf"^(?:{_ORDINAL}[、.．:：\s]\s*)?[【\[(（]?\s*(?P<type>{_TYPE}(?:项选择)?题?)\s*[】\])）]?"
    r"(?P<tail>\s*(?:[（(【\[:：,，、].*|共.*|每.*|\d+[道题分].*|部分)?)$"
)
_CHAPTER = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]{1,4}[章节编篇单讲专][元题]?(?![条款])|导论|导言|绪论|专题[一二三四五六七八九十\d]+)"
    r"[^，。；？?（(_]{0,30}$"
)
_NUMBER = re.compile(
    r"^(?:第\s*(\d{1,5})\s*题\s*[、.．:：]?|[（(【\[]?(\d{1,5})\s*(?:[.．、:：)）】\]]|\t|\s{2,}|(?=【)))"
    r"(?![\d.．]*\d%)\s*(.*)$",
    re.DOTALL,
)
_POINT = re.compile(r"^[（(]\d{1,2}[)）]")
_ONLY_ID = re.compile(r"^\d{1,6}$")
_TAG = re.compile(
    rf"^[【\[（(]\s*({_TYPE}(?:题)?)\s*[】\]）)]\s*(?:[（(]\s*[\d.]+\s*分\s*[)）])?\s*(.*)$",
    re.DOTALL,
)
_OPTION = re.compile(
    r"^\s*(?:[(（\[【]\s*([A-HＡ-Ｈ])\s*[)）\]】]\s*[.、．:：]?|([A-HＡ-Ｈ])\s*[.、．。:：)）])\s*(.*)$",
    re.DOTALL,
)
_LOOSE_OPTION = re.compile(r"^\s*([A-HＡ-Ｈ])[ \t　]+(\S.*)$", re.DOTALL)
_BARE_OPTION = re.compile(r"^\s*([A-HＡ-Ｈ])([一-鿿].*)$", re.DOTALL)
_GLUED = re.compile(
    r"(?<![A-Za-z])(?:[(（\[【]\s*([A-HＡ-Ｈ])\s*[)）\]】]\s*[.、．:：]?|([A-HＡ-Ｈ])\s*[.、．。:：)）])"
)
_LOOSE_GLUED = re.compile(r"(?<=\s)([A-HＡ-Ｈ])(?=[ \t　]+\S)()")
_ANSWER_WORD = r"(?:本题)?(?:正确|参考|标准|试题)?答案(?!解析|详解|分析)"
_ANSWER = re.compile(
    rf"^\s*(?:[【\[（(]\s*{_ANSWER_WORD}\s*[】\]）)]\s*[:：]?|{_ANSWER_WORD}\s*(?:[:：]|应?[是为]\s*[:：]?|(?=\s*[A-H√×对错正]))|答\s*[:：])"
    r"\s*(.*)$",
    re.DOTALL,
)
_GLUED_ANSWER = re.compile(
    rf"(?:[【\[（(]\s*{_ANSWER_WORD}\s*[】\]）)]\s*[:：]?|{_ANSWER_WORD}\s*[:：])\s*(?=\S)"
)
_EXPLANATION_WORD = r"(?:答案|试题|题目|参考)?(?:解析|详解|分析|点评|说明|解释|解答)"
_EXPLANATION = re.compile(
    rf"^\s*(?:[【\[（(]\s*{_EXPLANATION_WORD}\s*[】\]）)]\s*[:：]?|{_EXPLANATION_WORD}\s*[:：])\s*(.*)$",
    re.DOTALL,
)
_GLUED_EXPLANATION = re.compile(
    rf"(?:[【\[（(]\s*{_EXPLANATION_WORD}\s*[】\]）)]\s*[:：]?|(?:答案|试题)?解析\s*[:：])"
)
_DETAIL = re.compile(
    r"^\s*[【\[（(]?\s*(难度|难易度|难易程度|出处|来源|依据|法律依据|法条依据|知识点|考点|章节|分类|目录"
    r"|我的答案|得分|分值|学生答案)\s*[】\]）)]?\s*[:：】]\s*(.*)$",
    re.DOTALL,
)
_RULE = re.compile(r"^[=\-—–*~·#]{3,}$")
_HIS_AND_THE = re.compile(r"^\s*(?:我的|学生|你的)答案\s*[:：].*?(?=正确答案)", re.DOTALL)


def classify(text: str) -> Seen:
    """What the line is, looked at alone."""
    text = _HIS_AND_THE.sub("", text.strip())
    if not text or _RULE.match(text):
        return Seen(Kind.EMPTY)
    if found := _EXPLANATION.match(text):
        return Seen(Kind.EXPLANATION, found.group(1))
    if found := _DETAIL.match(text):
        return Seen(Kind.DETAIL, found.group(2), name=found.group(1))
    if found := _ANSWER.match(text):
        return Seen(Kind.ANSWER, found.group(1))
    if heading := _heading(text):
        return heading
    if found := _OPTION.match(text):
        letter = found.group(1) or found.group(2)
        return Seen(Kind.OPTION, found.group(3), letter=_ascii(letter))
    if len(text) <= 40 and _CHAPTER.match(text):
        return Seen(Kind.CHAPTER, text)
    return _numbered(text) or _loose(text)


def _heading(text: str) -> Seen | None:
    if len(text) > 120 or not (found := _HEADING.match(text)):
        return None
    if (text[0] in "【[（(" and _TAG.match(text)) or len(found["tail"]) > 100:
        return None
    kind = type_named(found["type"])
    if kind is None and "选择" not in found["type"]:
        return None
    if kind is QuestionType.SHORT_ANSWER and "题" not in text and found["tail"].strip():
        return None  # 简述……: a question that begins like a heading
    return Seen(Kind.HEADING, text, type=kind, any_number="不定项" in text)


def _numbered(text: str) -> Seen | None:
    if _ONLY_ID.match(text):
        return Seen(Kind.NUMBER, "", number=int(text))
    if _POINT.match(text) or not (found := _NUMBER.match(text)):
        return _tagged(text, 0) if _TAG.match(text) else None
    number, rest = int(found.group(1) or found.group(2)), found.group(3)
    return _tagged(rest, number) or Seen(Kind.NUMBER, rest, number=number)


def _tagged(text: str, number: int) -> Seen | None:
    """A line that opens a question with its type in brackets: 【单选题】（2分）…"""
    if not (found := _TAG.match(text)):
        return None
    kind = type_named(found.group(1))
    any_number = "不定项" in found.group(1)
    return Seen(Kind.NUMBER, found.group(2), number, type=kind, any_number=any_number, name="tag")


def _loose(text: str) -> Seen:
    if found := _LOOSE_OPTION.match(text):
        return Seen(Kind.OPTION, found.group(2), letter=_ascii(found.group(1)), name="loose")
    if found := _BARE_OPTION.match(text):
        return Seen(Kind.OPTION, found.group(2), letter=_ascii(found.group(1)), name="bare")
    return Seen(Kind.TEXT, text)


def _ascii(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter)


def split_options(text: str, first: str) -> tuple[str, list[tuple[str, str]]]:
    """Part a line where option marks follow one another, the first of them being `first`.

    Gives what stands before, and the options. A mark counts only if its letter is next in turn
    and no option but the last would be empty, so that `A、B两地` stays text.
    """
    for pattern in (_GLUED, _LOOSE_GLUED):
        before, options = _split(text, first, pattern)
        if options and all(value for _, value in options[:-1]):
            return before, options
    return text, []


def _split(text: str, first: str, pattern: re.Pattern[str]) -> tuple[str, list[tuple[str, str]]]:
    wanted = ord(first)
    marks: list[tuple[str, int, int]] = []
    for found in pattern.finditer(text):
        letter = _ascii(found.group(1) or found.group(2))
        if ord(letter) == wanted:
            marks.append((letter, found.start(), found.end()))
            wanted += 1
    if not marks:
        return text, []
    ends = [start for _, start, _ in marks[1:]] + [len(text)]
    options = [
        (letter, text[start:end].strip())
        for (letter, _, start), end in zip(marks, ends, strict=True)
    ]
    return text[: marks[0][1]], options


def split_answer(text: str) -> tuple[str, str | None]:
    """Part an answer glued to the end of a stem or an option."""
    found = _GLUED_ANSWER.search(text)
    return (text, None) if found is None else (text[: found.start()].rstrip(), text[found.end() :])


def split_explanation(text: str) -> tuple[str, str | None]:
    """Part an explanation glued to an answer."""
    found = _GLUED_EXPLANATION.search(text)
    return (text, None) if found is None else (text[: found.start()].rstrip(), text[found.end() :])
