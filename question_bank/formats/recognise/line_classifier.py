"""What a single line is, by its marks alone: heading, number, option, answer, explanation …"""

from __future__ import annotations

import re

from question_bank.formats.recognise.answers import type_named
from question_bank.formats.recognise.headings import chapter_of, heading_of, tagged
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.marks import (
    ANSWER,
    BARE_OPTION,
    DETAIL,
    ENGLISH,
    EXPLANATION,
    LOOSE_OPTION,
    OPTION,
    SCORE,
    ascii_letter,
    bare_of_bullet,
    bracket_behind,
    untick,
)

_CHINESE = "一二三四五六七八九十"
_NUMBER = re.compile(
    r"^(?:(?P<word>第\s*(\d{1,5})\s*题\s*[、.．:：]?)"
    r"|[（(【\[]?(\d{1,5})\s*(?P<style>[.．、:：)）】\]]|\t|\s{2,}|(?=【)))"
    r"(?![\d.．]*\d%)\s*(.*)$",
    re.DOTALL,
)
# A number that a word announces: 问题一：, 第三题, 试题5、, Q1.
_WORDED = re.compile(
    rf"^[【\[（(]?\s*(?:第\s*(?P<one>[{_CHINESE}]{{1,3}}|\d{{1,4}})\s*[题问]"
    rf"|(?:问题|题目|试题|习题|例题|练习|题|Question|Quiz|No|Q)\s*(?P<two>[{_CHINESE}]{{1,3}}(?=\s*[、.．:：)）】\]])|\d{{1,4}}))"
    r"\s*[】\]）)]?\s*[、.．:：)）]?(?:(?<=[题问、.．:：)）】\]])|\s)\s*(?P<rest>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^[【\[]?\s*(?:题目|题干|试题)\s*(?:[】\]]\s*[:：]?|[:：]\s*[】\]]?)\s*(.*)$", re.DOTALL
)
_NUMBER_LABEL = re.compile(r"^[【\[]?\s*(?:题号|序号|编号)\s*[】\]]?\s*[:：]\s*(\d{1,5})\s*$")
_TYPE_LABEL = re.compile(
    r"^[【\[]?\s*(?:题型|题目类型|试题类型)\s*(?:[】\]]\s*[:：]?|[:：]\s*[】\]]?)\s*(\S{2,12})\s*$"
)
# 3.5公里: a decimal that a line begins with, not the third question.
_DECIMAL = re.compile(
    r"^\d{1,4}\.\d{1,3}\s*(?:分(?![类别析布配局期])|公里|千米|米|元|万|亿|小时|吨|倍|升|公斤|千克|克|度|秒|%|％|‰)"
)
_POINT = re.compile(r"^(?:[（(](\d{1,2})[)）]|([①②③④⑤⑥⑦⑧⑨⑩]))[.．、:：]?\s*(.*)$", re.DOTALL)
# A row of points on one line counts things; it opens nothing.
_POINTS = re.compile(r"^(?:[（(]1[)）].+[（(]2[)）]|①.+②)", re.DOTALL)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
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
# A number glued to its stem (`4适用…`), which a count of things is not (`3个月`).
_GLUED_NUMBER = re.compile(
    r"^(\d{1,3})(?=[A-Z一-鿿《“])(?!人(?![民员事格身权们])|个(?!人)|条(?!例)"
    r"|[年月日时分秒名天元万亿千百周岁项次级类种位成者号点])(.*)$",
    re.DOTALL,
)
# A type in square brackets behind the stem, as web forms print it.
_TYPE_BEHIND = re.compile(
    r"\s*[\[【]\s*((?:单选|多选|判断|填空|简答|问答)题)\s*[\]】]\s*[*＊]?\s*$"
)
_RULE = re.compile(r"^[=\-—–*~·#]{3,}$")
_HIS_AND_THE = re.compile(r"^\s*(?:我的|学生|你的)答案\s*[:：].*?(?=正确答案)", re.DOTALL)
# What one person answered and got, behind what is right.
_HIS_BEHIND = re.compile(
    r"[\s;；]*(?:我的|学生|你的|考生)答案\s*[:：].*$|\s+(?:本题)?得分\s*[:：].*$", re.DOTALL
)


def classify(text: str) -> ClassifiedLine:
    """What the line is, looked at alone."""
    text = _HIS_AND_THE.sub("", text.strip())
    if not text or _RULE.match(text) or text.startswith("※待确认："):
        return ClassifiedLine(
            LineKind.EMPTY
        )  # the last is a remark of ours on a file that came back
    text = untick(bare_of_bullet(text))
    if text[0] in "（(【[√×✓✔✗✘":
        text = bracket_behind(text)
    if labelled := _label(text):
        return labelled
    if heading := heading_of(text):
        return heading
    if _PASSAGE.match(text):
        return ClassifiedLine(LineKind.PASSAGE, text)
    if found := OPTION.match(text):
        letter = found.group(1) or found.group(2)
        return ClassifiedLine(LineKind.OPTION, found.group(3), letter=ascii_letter(letter))
    return chapter_of(text) or _numbered(text) or _loose(text)


def _label(text: str) -> ClassifiedLine | None:
    """A line that a label opens: explanation, answer, a detail, the marks given."""
    if found := EXPLANATION.match(text):
        return ClassifiedLine(LineKind.EXPLANATION, found.group(1))
    if found := ENGLISH.match(text):
        kind = LineKind.ANSWER if found["answer"] else LineKind.EXPLANATION
        return ClassifiedLine(kind, found["rest"])
    if found := DETAIL.match(text):
        return ClassifiedLine(LineKind.DETAIL, found.group(2), name=found.group(1))
    if found := ANSWER.match(text):
        return ClassifiedLine(LineKind.ANSWER, _HIS_BEHIND.sub("", found.group(1)))
    if len(text) <= 16 and SCORE.match(text):
        return ClassifiedLine(LineKind.DETAIL, text, name="得分")
    return None


def _numbered(text: str) -> ClassifiedLine | None:
    if _ONLY_ID.match(text):
        return ClassifiedLine(LineKind.NUMBER, "", number=int(text))
    if found := _POINT.match(text):
        if _POINTS.match(text):
            return ClassifiedLine(LineKind.TEXT, text, name="points")
        number = int(found.group(1)) if found.group(1) else _CIRCLED.index(found.group(2)) + 1
        return tagged(found.group(3), number) or ClassifiedLine(
            LineKind.NUMBER, found.group(3), number=number, name="point", style="()"
        )
    if not (found := _NUMBER.match(text)):
        return tagged(text, 0) or _worded(text)
    if _DECIMAL.match(text):
        return None
    number, rest = int(found.group(2) or found.group(3)), found.group(5)
    if behind := _TYPE_BEHIND.search(rest):
        kind, rest = type_named(behind.group(1)), rest[: behind.start()].rstrip()
        return ClassifiedLine(LineKind.NUMBER, rest, number, type=kind, name="tag")
    style = "第" if found["word"] else (found["style"] or "").strip(" ") or "\t"
    style = {"．": ".", "）": ")", "：": ":", "】": "]"}.get(style, style)
    return tagged(rest, number) or ClassifiedLine(LineKind.NUMBER, rest, number=number, style=style)


def _worded(text: str) -> ClassifiedLine | None:
    """A question that a word opens, with its number behind it or without any."""
    if found := _WORDED.match(text):
        number = _number(found["one"] or found["two"])
        return tagged(found["rest"], number) or ClassifiedLine(
            LineKind.NUMBER, found["rest"], number=number, style="第"
        )
    if found := _NUMBER_LABEL.match(text):
        return ClassifiedLine(LineKind.NUMBER, "", number=int(found.group(1)), style="第")
    if found := _TYPE_LABEL.match(text):
        kind = type_named(found.group(1))
        return ClassifiedLine(
            LineKind.NUMBER, "", type=kind, any_number="不定项" in text, name="tag"
        )
    if found := _LABELLED.match(text):
        return ClassifiedLine(LineKind.NUMBER, found.group(1), name="label")
    return None


def _number(text: str) -> int:
    """A number below a hundred in Chinese numerals, or any in digits."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _CHINESE.index(text[0]) + 1
    return (_CHINESE.index(tens[0]) + 1 if tens else 1) * 10 + (
        _CHINESE.index(ones[0]) + 1 if ones else 0
    )


def range_of(text: str) -> tuple[int, int] | None:
    """The questions that a passage says it is for: 回答 1-3 题."""
    found = _RANGE.search(text)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _loose(text: str) -> ClassifiedLine:
    if found := LOOSE_OPTION.match(text):
        return ClassifiedLine(
            LineKind.OPTION, found.group(2), letter=ascii_letter(found.group(1)), name="loose"
        )
    if found := BARE_OPTION.match(text):
        return ClassifiedLine(
            LineKind.OPTION, found.group(2), letter=ascii_letter(found.group(1)), name="bare"
        )
    if found := _GLUED_NUMBER.match(text):
        return ClassifiedLine(
            LineKind.TEXT, found.group(2), number=int(found.group(1)), name="glued"
        )
    return ClassifiedLine(LineKind.TEXT, text)
