"""Headings: lines that open a section, name its type or only part it from the one before."""

from __future__ import annotations

import re
import unicodedata

from question_bank.formats.recognise.answers import type_named
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.kinds import QuestionType

_CHINESE = "[一二三四五六七八九十]{1,3}"
_ORDINAL = (
    rf"[（(【\[]?\s*(?:第?{_CHINESE}|[IVXⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]{{1,4}}|\d{{1,2}})\s*"
    r"(?:部分|大题|[)）】\]])?\s*"
)
_TYPE = (
    r"[一-鿿]{0,6}?(?:选择|单选|多选|不定项|判断改错|判断|是非|填空|简答|问答|论述|简述|名词解释"
    r"|案例分析|材料分析|辨析|主观|配伍(?:选择)?|共用(?:备选答案|选项)|[ABCX][1-4]?(?:[/／、][ABCX]?[1-4])?型(?:选择)?)"
)
# What a section may ask for that is none of the five types: what is below it decides.
_OPEN_TYPE = (
    r"(?:思考|讨论|操作|实操|实务|编程|程序|计算|设计|综合|应用|分析|案例|情景|情境|作图|识图|看图|翻译"
    r"|写作|作文|证明|推断|阅读|阅读理解|连线|匹配|排序|改错|拓展|面试|实践|测试|练习|复习|公文|文书|法条|法律)"
)
_HEADING = re.compile(
    rf"^(?P<ordinal>{_ORDINAL}(?:[、.．:：\s]|(?<=[)）】\]]))\s*)?(?P<open>[【\[(（]?)\s*"
    rf"(?P<type>{_TYPE}(?:项选择)?题?)\s*[】\])）]?"
    r"(?P<tail>\s*(?:[（(【\[:：,，、…—].*|-{2}.*|·{2}.*|共.*|每.*|\d+[道题分].*|部分)?)$"
)
# Behind a Chinese numeral and a type that ends in 题, spaces may be followed by any remark.
_REMARKED = re.compile(
    rf"^(?P<ordinal>[（(【\[]?\s*第?{_CHINESE}\s*(?:部分|大题|[)）】\]])?\s*(?:[、.．:：\s]|(?<=[)）】\]]))\s*)"
    rf"(?P<type>[一-鿿]{{0,8}}题)(?P<tail>[\s　]+[^？?_]{{1,80}})$"
)
_OPEN_HEADING = re.compile(
    rf"^(?P<ordinal>[（(【\[]?\s*(?:第?{_CHINESE}|[IVXⅠⅡⅢⅣⅤ]{{1,4}})\s*(?:部分|大题|[)）】\]])?\s*(?:[、.．:：\s]|(?<=[)）】\]]))\s*)?"
    rf"[【\[(（]?\s*(?P<type>(?:{_OPEN_TYPE}){{1,3}}题|(?<=[、.．:：\s])[一-鿿与和及、]{{2,8}}题"
    r"|(?<=[、.．:：\s])[一-鿿与和及、]{2,10})\s*[】\])）]?"
    r"(?P<tail>\s*(?:[（(【\[:：].{0,80}|共.{0,40}|每.{0,40}|\d+[道题分].{0,40})?)$"
)
_CHAPTER = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]{1,4}[章节编篇单讲专][元题]?(?![条款])|导论|导言|绪论|专题[一二三四五六七八九十\d]+)"
    r"[^，。；？?（(_]{0,30}$"
    r"|^(?:全真|模拟|冲刺|真题|押题|练习|测试|自测|单元|综合|试卷)[一-鿿]{0,6}\s*[（(]?[一二三四五六七八九十\d]{1,3}[)）]?$"
)
# A title in brackets that stands alone: 【测试题】.
_TITLE = re.compile(r"^【[^】\d]{2,16}】$|^[-=—*#]{3,}\s*\S{2,20}\s*[-=—*#]{3,}$")
_LEGEND = re.compile(
    r"(?:(?P<sign1>[012AB])\s*[.、:：=为是表示代]*\s*[“\"]?(?P<word1>正确|错误|对|错|√|×)"
    r"|(?P<word2>正确|错误|对|错|√|×)[”\"]?[的者]?\s*(?:请)?(?:填涂|填写|填|选|用|为|涂|写|[:：=])?\s*[“\"]?"
    r"(?P<sign2>[012AB])(?![A-Z0-9]))"
)
_TAG = re.compile(
    rf"^[【\[（(]\s*((?:{_TYPE}|{_OPEN_TYPE})(?:题)?)\s*(?:[,，、;；]?\s*[\d.]+\s*分\s*)?[】\]）)]"
    r"\s*(?:[（(]\s*[\d.]+\s*分\s*[)）])?\s*(.*)$",
    re.DOTALL,
)
# Signs that are drawn around a heading.
_ORNAMENTS = "★☆◆◇■●▲△▼※=＝-—–*#~～《》〈〉「」『』|｜ 　"
# 第二部分: what says so is no part of what is above it.
_MAJOR = re.compile(r"^第[一二三四五六七八九十\d]{1,3}(?:部分|大题)")
_NUMBERED_TAG = re.compile(r"^\d{1,5}\s*[.．、:：]?\s*[【\[（(]")
# 常识判断, 判断推理: parts of a paper, of which 判断 is only a word.
_OF_CASES = re.compile(r"(?:案例|材料)分析")
_WORD_OF_PART = re.compile(r"[一-鿿]判断$|^判断[一-鿿]*[^题一-鿿]?[推]理")


def heading_of(text: str) -> ClassifiedLine | None:
    """The line as a heading, None if it is none by its words.

    `name` is "weak" for a bare word such as 判断, which may as well be the end of a sentence, and
    "open" for a section that names none of the five types; what surrounds it decides.
    """
    if len(text) > 120:
        return None
    text = text.strip(_ORNAMENTS) or text
    found = _HEADING.match(text)
    if found is None:
        return _remarked(text) or _open_heading(text)
    if (text[0] in "【[（(" and _TAG.match(text)) or len(found["tail"]) > 100:
        return None
    if _NUMBERED_TAG.match(text):
        return None
    word = found["type"]
    if _WORD_OF_PART.search(word):
        name = "major" if _MAJOR.match(text) else "open"
        return ClassifiedLine(LineKind.HEADING, text, name=name) if found["ordinal"] else None
    kind = type_named(word)
    if kind is None and "选择" not in word:
        return None
    if kind is QuestionType.SHORT_ANSWER and "题" not in text and found["tail"].strip():
        return None  # 简述……: a question that begins like a heading
    weak = not (found["ordinal"] or found["open"] or word.endswith("题") or found["tail"].strip())
    if not weak and _OF_CASES.search(word):
        return ClassifiedLine(LineKind.HEADING, text, name="open")
    legend = legend_of(found["tail"])
    any_number = "不定项" in text
    name = "weak" if weak else ""
    return ClassifiedLine(
        LineKind.HEADING, text, name=name, type=kind, any_number=any_number, legend=legend
    )


def _remarked(text: str) -> ClassifiedLine | None:
    if not (found := _REMARKED.match(text)):
        return None
    kind = type_named(found["type"])
    any_number = "不定项" in found["type"]
    legend = legend_of(found["tail"])
    name = "" if kind is not None or "选择" in found["type"] else "open"
    return ClassifiedLine(
        LineKind.HEADING, text, name=name, type=kind, any_number=any_number, legend=legend
    )


def _open_heading(text: str) -> ClassifiedLine | None:
    found = _OPEN_HEADING.match(text) if len(text) <= 60 else None
    if found is None or (text[0] in "【[（(" and _TAG.match(text)):
        return None
    word = found["type"]
    if found["ordinal"] is None and found["tail"].strip()[:1] in (":", "："):
        return None
    if _MAJOR.match(text):
        return ClassifiedLine(LineKind.HEADING, text, name="major")
    return ClassifiedLine(LineKind.HEADING, text, name="open" if word.endswith("题") else "part")


def chapter_of(text: str) -> ClassifiedLine | None:
    """The line as the name of a chapter, or as a title that stands alone; None if it is neither."""
    if len(text) <= 40 and _CHAPTER.match(text):
        return ClassifiedLine(LineKind.CHAPTER, text)
    if _TITLE.match(text):
        title = text.strip("【】=-—*# ")
        kind = type_named(title) if _TAG.match(text) else None
        return ClassifiedLine(
            LineKind.CHAPTER, title, name="title", type=kind, any_number="不定项" in title
        )
    return None


def legend_of(text: str) -> tuple[tuple[str, bool], ...]:
    """What a heading or a note says that signs stand for: 1 for true and 2 for false, or A and B.

    Empty unless it names both, and differently.
    """
    stated: dict[str, bool] = {}
    for found in _LEGEND.finditer(unicodedata.normalize("NFKC", text)):
        sign, word = found["sign1"] or found["sign2"], found["word1"] or found["word2"]
        stated.setdefault(sign, word in ("正确", "对", "√"))
    return tuple(sorted(stated.items())) if sorted(stated.values()) == [False, True] else ()


def tagged(text: str, number: int) -> ClassifiedLine | None:
    """A line that opens a question with its type in brackets, 【单选题】（2分）…; else None."""
    if text[:1] not in "【[（(" or not (found := _TAG.match(text)):
        return None
    kind = type_named(found.group(1))
    any_number = "不定项" in found.group(1)
    return ClassifiedLine(
        LineKind.NUMBER, found.group(2), number, type=kind, any_number=any_number, name="tag"
    )


_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_TYPE_IN_NAME = re.compile(rf"{_TYPE}(?:项选择)?题?")
_LONGEST_NAME = 60


def type_in_name(name: str) -> ClassifiedLine | None:
    """The section that the name of a sheet or a file stands for, 单选 or 刑法判断题; None where it
    names no type, or several."""
    name = _ENDING.sub("", name)[:_LONGEST_NAME]
    kinds = {type_named(found.group()) for found in _TYPE_IN_NAME.finditer(name)} - {None}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    return ClassifiedLine(LineKind.HEADING, name, type=kind, any_number="不定项" in name)
