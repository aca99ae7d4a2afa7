"""What a single line is, by its marks alone: heading, number, option, answer, explanation …"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from question_bank.formats.recognise.answers import type_named
from question_bank.kinds import QuestionType


class LineKind(Enum):
    """The kinds of line."""

    EMPTY = "empty"
    HEADING = "heading"
    CHAPTER = "chapter"
    NUMBER = "number"
    PASSAGE = "passage"
    OPTION = "option"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    DETAIL = "detail"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ClassifiedLine:
    """A line as its marks tell it; `value` is what follows the mark.

    `style` is how a number was marked (".", "、", "()", a tab …), `legend` what a heading says that
    signs stand for (1 for true, 2 for false).
    """

    kind: LineKind
    value: str = ""
    number: int = 0
    letter: str = ""
    name: str = ""
    type: QuestionType | None = None
    any_number: bool = False
    style: str = ""
    legend: tuple[tuple[str, bool], ...] = ()


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
    r"^(?:(?P<word>第\s*(\d{1,5})\s*题\s*[、.．:：]?)"
    r"|[（(【\[]?(\d{1,5})\s*(?P<style>[.．、:：)）】\]]|\t|\s{2,}|(?=【)))"
    r"(?![\d.．]*\d%)\s*(.*)$",
    re.DOTALL,
)
_POINT = re.compile(r"^(?:[（(](\d{1,2})[)）]|([①②③④⑤⑥⑦⑧⑨⑩]))[.．、:：]?\s*(.*)$", re.DOTALL)
_ONLY_ID = re.compile(r"^\d{1,6}$")
# What opens a text that the next questions share.
_PASSAGE = re.compile(
    r"^[【\[（(]?(?:案例分析|案例|材料分析|背景材料|阅读材料|材料|资料|案情|共用题干)"
    r"[一二三四五六七八九十\d]{0,3}(?:】|\]|）|\)|\s*[:：、.．]|\s*$)"
    r"|^[（(]?[一二三四五六七八九十]{0,3}[)）、.．]?\s*(?:请?认真)?(?:阅读|根据|结合|依据)"
    r"(?:以下|下列|下述|上述|下面|所给)?(?:的)?(?:材料|案例|资料|案情|短文|文字|情形|事实)"
    r"[^。？?]{0,12}(?:回答|完成|作答|解答)[^。？?]{0,20}(?:题|问题)"
)
_RANGE = re.compile(r"(\d{1,4})\s*[-–—~～至到]\s*(\d{1,4})\s*(?:小?题|问)")
# A title in brackets that stands alone: 【测试题】.
_TITLE = re.compile(r"^【[^】\d]{2,16}】$|^[-=—*#]{3,}\s*\S{2,20}\s*[-=—*#]{3,}$")
_LEGEND = re.compile(
    r"(?:(?P<sign1>[12AB])\s*[.、:：=为是表示代]*\s*[“\"]?(?P<word1>正确|错误|对|错|√|×)"
    r"|(?P<word2>正确|错误|对|错|√|×)[”\"]?[的者]?\s*(?:请)?(?:填涂|填写|填|选|用|为|涂|写|[:：=])?\s*[“\"]?"
    r"(?P<sign2>[12AB])(?![A-Z0-9]))"
)
_TAG = re.compile(
    rf"^[【\[（(]\s*({_TYPE}(?:题)?)\s*[】\]）)]\s*(?:[（(]\s*[\d.]+\s*分\s*[)）])?\s*(.*)$",
    re.DOTALL,
)
_NUMBERED_TAG = re.compile(r"^\d{1,5}\s*[.．、:：]?\s*[【\[（(]")
# A number glued to its stem (`4适用…`), which a count of things is not (`3个月`).
_GLUED_NUMBER = re.compile(
    r"^(\d{1,3})(?=[A-Z一-鿿《“])(?!人(?![民员事格身权们])|个(?!人)|条(?!例)"
    r"|[年月日时分秒名天元万亿千百周岁项次级类种位成者号点])(.*)$",
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
_ANSWER_WORD = r"(?:本题)?(?:正确|参考|标准|试题)?答案(?:要点|提示)?(?!解析|详解|分析)"
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
_ENGLISH = re.compile(
    r"^\s*(?:the\s+)?(?:(?P<answer>(?:correct\s+)?(?:answers?|ans|key))|(?P<why>explanation|rationale|feedback))"
    r"\s*[:：]\s*(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
# A tick before an option's letter is moved behind its text, where one may stand as well.
_TICKED = re.compile(r"^\s*([√✓✔☑✅])\s*(?=[(（\[【]?\s*[A-HＡ-Ｈ]\s*[.、．:：)）\]】])")
_HIS_AND_THE = re.compile(r"^\s*(?:我的|学生|你的)答案\s*[:：].*?(?=正确答案)", re.DOTALL)


def classify(text: str) -> ClassifiedLine:
    """What the line is, looked at alone."""
    text = _HIS_AND_THE.sub("", text.strip())
    if not text or _RULE.match(text) or text.startswith("※待确认："):
        return ClassifiedLine(
            LineKind.EMPTY
        )  # the last is a remark of ours on a file that came back
    text = untick(text)
    if found := _EXPLANATION.match(text):
        return ClassifiedLine(LineKind.EXPLANATION, found.group(1))
    if found := _ENGLISH.match(text):
        kind = LineKind.ANSWER if found["answer"] else LineKind.EXPLANATION
        return ClassifiedLine(kind, found["rest"])
    if found := _DETAIL.match(text):
        return ClassifiedLine(LineKind.DETAIL, found.group(2), name=found.group(1))
    if found := _ANSWER.match(text):
        return ClassifiedLine(LineKind.ANSWER, found.group(1))
    if heading := _heading(text):
        return heading
    if _PASSAGE.match(text):
        return ClassifiedLine(LineKind.PASSAGE, text)
    if found := _OPTION.match(text):
        letter = found.group(1) or found.group(2)
        return ClassifiedLine(LineKind.OPTION, found.group(3), letter=_ascii(letter))
    if len(text) <= 40 and _CHAPTER.match(text):
        return ClassifiedLine(LineKind.CHAPTER, text)
    if _TITLE.match(text):
        return ClassifiedLine(LineKind.CHAPTER, text.strip("【】=-—*# "), name="title")
    return _numbered(text) or _loose(text)


def _heading(text: str) -> ClassifiedLine | None:
    if len(text) > 120 or not (found := _HEADING.match(text)):
        return None
    if (text[0] in "【[（(" and _TAG.match(text)) or len(found["tail"]) > 100:
        return None
    if _NUMBERED_TAG.match(text):
        return None
    kind = type_named(found["type"])
    if kind is None and "选择" not in found["type"]:
        return None
    if kind is QuestionType.SHORT_ANSWER and "题" not in text and found["tail"].strip():
        return None  # 简述……: a question that begins like a heading
    return ClassifiedLine(
        LineKind.HEADING,
        text,
        type=kind,
        any_number="不定项" in text,
        legend=legend_of(found["tail"]),
    )


def _numbered(text: str) -> ClassifiedLine | None:
    if _ONLY_ID.match(text):
        return ClassifiedLine(LineKind.NUMBER, "", number=int(text))
    if found := _POINT.match(text):
        number = int(found.group(1)) if found.group(1) else "①②③④⑤⑥⑦⑧⑨⑩".index(found.group(2)) + 1
        return _tagged(found.group(3), number) or ClassifiedLine(
            LineKind.NUMBER, found.group(3), number=number, name="point", style="()"
        )
    if not (found := _NUMBER.match(text)):
        return _tagged(text, 0) if _TAG.match(text) else None
    number, rest = int(found.group(2) or found.group(3)), found.group(5)
    style = "第" if found["word"] else (found["style"] or "").strip(" ") or "\t"
    style = {"．": ".", "）": ")", "：": ":", "】": "]"}.get(style, style)
    return _tagged(rest, number) or ClassifiedLine(
        LineKind.NUMBER, rest, number=number, style=style
    )


def legend_of(text: str) -> tuple[tuple[str, bool], ...]:
    """What a heading or a note says that signs stand for: 1 for true and 2 for false, or A and B.

    Empty unless it names both, and differently.
    """
    said: dict[str, bool] = {}
    for found in _LEGEND.finditer(unicodedata.normalize("NFKC", text)):
        sign, word = found["sign1"] or found["sign2"], found["word1"] or found["word2"]
        said.setdefault(sign, word in ("正确", "对", "√"))
    return tuple(sorted(said.items())) if sorted(said.values()) == [False, True] else ()


def range_of(text: str) -> tuple[int, int] | None:
    """The questions that a passage says it is for: 回答 1-3 题."""
    found = _RANGE.search(text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _tagged(text: str, number: int) -> ClassifiedLine | None:
    """A line that opens a question with its type in brackets: 【单选题】（2分）…"""
    if not (found := _TAG.match(text)):
        return None
    kind = type_named(found.group(1))
    any_number = "不定项" in found.group(1)
    return ClassifiedLine(
        LineKind.NUMBER, found.group(2), number, type=kind, any_number=any_number, name="tag"
    )


def _loose(text: str) -> ClassifiedLine:
    if found := _LOOSE_OPTION.match(text):
        return ClassifiedLine(
            LineKind.OPTION, found.group(2), letter=_ascii(found.group(1)), name="loose"
        )
    if found := _BARE_OPTION.match(text):
        return ClassifiedLine(
            LineKind.OPTION, found.group(2), letter=_ascii(found.group(1)), name="bare"
        )
    if found := _GLUED_NUMBER.match(text):
        return ClassifiedLine(
            LineKind.TEXT, found.group(2), number=int(found.group(1)), name="glued"
        )
    return ClassifiedLine(LineKind.TEXT, text)


def _ascii(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter)


def untick(text: str) -> str:
    """The line with a tick before its option mark moved to its end."""
    ticked = _TICKED.match(text)
    return text if ticked is None else f"{text[ticked.end() :]} {ticked.group(1)}"


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
