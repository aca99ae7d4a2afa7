"""What must hold of every record that is called ready; where it does not hold, a person looks.

Stem, options and answer of a ready record together are its source text, in order, with nothing put
in and nothing left out but marks and labels; and none of them holds what belongs to something else:
an answer's label, an option's mark, a section's heading, the number of the next question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from question_bank.formats.recognise.headings import heading_of
from question_bank.formats.recognise.lines import PICTURE, plain
from question_bank.formats.recognise.marks import (
    OPTION,
    ascii_letter,
    has_answer_label,
    strict_options,
)
from question_bank.formats.recognise.parts import Parts
from question_bank.kinds import QuestionType

_GONE = str.maketrans(
    dict.fromkeys("（()）_ 　\t\n\r\xa0\ue002\ue003\ue004\ue005*＿√✓✔☑✅□\\", None)
)
_GAPS = re.compile(r"_{2,}|[（(][\s　]*[)）]")
# What a reader takes off: labels, types, marks given; numbers, letters and signs are no words.
_LABELS = re.compile(
    r"(?:本题|该题)?(?:正确|参考|标准|试题|题目|答题|作答|回答|评分|我的|你的|学生)*的?(?:答案|要点|选项)(?:要点|提示|解析|详解|为|是|应)*"
    r"|(?:试题|题目|参考|本题|考点)?(?:解析|详解|分析|点评|说明|解释|解答|解题思路|答题思路|评析|改正|更正|订正)"
    r"|第.{1,4}[题问]|问题[一二三四五六七八九十]*|题目|题干|试题|题号|序号|编号|题型|题目类型|习题|例题|练习|得分|本题得分|分值|[共每][题空]?|分"
    r"|(?:不定项|单项|多项|单|多)?选(?:择)?题?|不定项|判断(?:改错)?题?|是非题?|填空题?|简答题?|问答题?|论述题?|名词解释题?"
    r"|(?:案例|材料)?分析题?|[一-鿿]{2,4}题"
    r"|正确|错误|对|错|是|否|答|或|和"
)
_WORD = re.compile(r"[一-鿿]")
_INNER_HEADING = re.compile(
    r"(?:^|[\s。；）)])[（(]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．]\s*"
    r"(?:[一-鿿]{0,4}(?:选择|单选|多选|判断|填空|简答|问答|论述|不定项)[一-鿿]{0,3}题)(?=[\s（(：:，,。]|$)"
)
# The first half of a label whose other half went to the next line.
_LABEL_BEGUN = re.compile(r"答案\s*[:：]$|\s(?:正确|参考|标准)$|[【\[]\s*(?:正确|参考|标准)?答?$")
_TAG_BEGUN = re.compile(
    r"\s*[】\]）)]|[【\[（(]\s*(?:[单多]选|单项|多项|判断|填空|简答)[^】\]）)]*(?:\n|$)"
)
# A line that a Chinese numeral opens is no part of a stem with options, or of an option.
_PART = re.compile(r"\n\s*[（(]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．][^\n]{1,30}")
# What spares most texts a closer look.
_LABEL_ENDS = frozenset("确考准【[答:：")
_MARK_STARTS = frozenset("ABCDEFGHＡＢＣＤＥＦＧＨ(（[【")
_BRACKETS = frozenset("【[（(】]）) 　")
_LEAST_WORDS = 2
# Two lines that both ask: the second may be a question that lost its number.
_ASKED_TWICE = re.compile(r"[?？]\s*\n[^\n]*[?？]\s*$")
# Both truth values behind a statement, one of them to be marked.
_BOTH_TRUTHS = re.compile(r"(?:对|正确|√|是)[\s　/、|]+(?:错误?|×|否)\s*[)）]?\s*$")
_COUNTED = re.compile(r"\s*[（(]?(\d{1,4})\s*[.．、)）](?!\d)")


def watch(parts: Parts, kind: QuestionType, stem: str) -> None:
    """Doubt a record that breaks the invariant; `stem` is what the question will show."""
    for code, text in _broken(parts, kind, stem):
        parts.doubt(code, text=text[:60])
        return


def _broken(parts: Parts, kind: QuestionType, stem: str) -> Iterator[tuple[str, str]]:
    stated = [plain(each) for each in parts.answers]
    in_words = kind in (QuestionType.FILL_BLANK, QuestionType.SHORT_ANSWER)
    written = stated if in_words else []
    options = [text for _, text in parts.options]
    for text in chain([stem], options, written):
        if has_answer_label(text) or (text[-1:] in _LABEL_ENDS and _LABEL_BEGUN.search(text)):
            yield "label_inside", text
    yield from _marks_inside(parts, stem, options)
    if kind is QuestionType.TRUE_FALSE and (found := _BOTH_TRUTHS.search(stem)):
        yield "mark_inside", found.group().strip()
    if kind is QuestionType.SHORT_ANSWER and not parts.by_column and _ASKED_TWICE.search(stem):
        yield "number_inside", stem
    for text in chain([stem] * bool(options), options):
        if "\n" in text and (found := _PART.search(text)):
            yield "heading_inside", found.group().strip()
    number = 0 if parts.by_column else parts.number
    for text in chain([stem], options, written, [parts.explanation]):
        if text:
            yield from _belongs_elsewhere(number, text, not parts.by_column)
    yield from _unaccounted(parts, options, stated)


def _marks_inside(parts: Parts, stem: str, options: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Marks of options in the stem or in an option, or an option that is nothing but its letter."""
    if options and ("A" in stem or "Ａ" in stem) and len(strict_options(stem, "A")) > 1:
        yield "mark_inside", stem
    for letter, text in parts.options:
        bare = text.strip()
        if bare[:1] not in _MARK_STARTS:
            pass
        elif (_is_its_letter(bare, letter, options) and letter not in stem) or (
            (own := OPTION.match(bare)) and ascii_letter(own.group(1) or own.group(2)) == letter
        ):
            yield "mark_inside", f"{letter}. {bare}"
        after = chr(ord(letter) + 1)
        if after in bare and re.search(rf"(?:^|\s){after}\s*(?:\n|$)", bare):
            yield "mark_inside", bare
        if after in bare and (found := strict_options(bare, after)) and found[0][1]:
            yield "mark_inside", bare


def _is_its_letter(bare: str, letter: str, options: Sequence[str]) -> bool:
    """Whether an option is its own letter and nothing else, where that says nothing.

    Among options in Latin letters or digits it may be a name; the last of them is an empty one.
    """
    if bare != letter:
        return False
    return options[-1].strip() == letter or any(_WORD.search(each) for each in options)


def _belongs_elsewhere(number: int, text: str, in_lines: bool) -> Iterator[tuple[str, str]]:
    """A heading, or the number of the next question, inside a text."""
    if "题" in text and (found := _INNER_HEADING.search(text)):
        yield "heading_inside", found.group().strip()
    if text[:1] in _BRACKETS and _TAG_BEGUN.match(text):
        yield "heading_inside", text
    lines = text.split("\n")
    for one, other in pairwise(lines) if in_lines else ():
        if one == other and len(one) > _LEAST_WORDS and _WORD.search(one):
            yield "furniture_inside", text
    for line in lines[1:]:
        if "题" in line and (seen := heading_of(line.strip())) and seen.type and not seen.name:
            yield "heading_inside", line.strip()
    if number > 1 and str(number) in text and len(lines) > 1:
        own = [found.group(1) for line in lines if (found := _COUNTED.match(line))]
        if str(number) in own[1:] + own[:1] * (own[:1] != ["1"]) and str(number - 1) not in own:
            yield "number_inside", text
    after = str(number + 1)
    if not number or after not in text:
        return
    follows = re.search(rf"(?:^|[\n。；;）)])\s*[（(]?{after}\s*[.、．](?!\d)\s*[^\s\d]", text)
    if follows and not re.search(
        rf"(?:^|[\n\s。；;：:，,）)])[（(]?{number}\s*[.、．)）](?!\d)", text
    ):
        yield "number_inside", text[follows.start() :].strip()


def _unaccounted(
    parts: Parts, options: Sequence[str], stated: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What was put in, or left out of, the text that the record was made of."""
    if not parts.raw or parts.from_data:
        return
    rest = _squashed(parts.raw)
    at = 0
    pieces = [each for text in (parts.stem, *options) for each in _GAPS.split(text)]
    for piece in pieces:
        bare = _squashed(piece)
        found = rest.find(bare, 0 if parts.by_column else at)
        if found < 0:
            yield "text_put_in", piece
            return
        rest = f"{rest[:found]}\0{rest[found + len(bare) :]}"
        at = found
    if parts.by_column:
        return
    others = (
        *stated,
        parts.explanation,
        parts.source,
        *parts.category,
        *parts.details,
        *parts.points,
    )
    for text in sorted(map(_squashed, others), key=len, reverse=True):
        if text:
            rest = rest.replace(text, "\0")
    left = _LABELS.sub("", rest)
    if len(_WORD.findall(left)) >= _LEAST_WORDS:
        yield "text_left_out", left.replace("\0", "…").strip("…")


def _squashed(text: str) -> str:
    """The text without spaces, brackets and gaps, so that what is the same reads the same."""
    if PICTURE in text:
        text = plain(text)
    return text.translate(_GONE)
