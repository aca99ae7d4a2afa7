"""Readings of a whole file that compete: what is ambiguous line by line is tried both ways.

Some lines say two things: a bare 判断 is a heading or the end of a wrapped sentence, a line that
comes on every page is furniture or a stem, numbers in a row before options count points or
questions. Each such kind is read both ways over the whole file, and the reading is kept under which
more of the file makes sense.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line, plain
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.recognise.recogniser import Recogniser
from question_bank.formats.recognise.unmarked import (
    answers_alone,
    counted_options,
    letters_alone,
    lone_answers,
    unmarked_options,
)
from question_bank.kinds import QuestionType

Marks = dict[int, ClassifiedLine]

_DIGITS = re.compile(r"\d+|[一二三四五六七八九十百]+")
# A page's number on a line of its own; of two numbers with a stroke, only many of them are.
_PAGE = re.compile(
    r"^(?:[-—–~·\s]*(?:第\s*\d+\s*页|page\s*\d+|共\s*\d+\s*页)[\s,，/／]*(?:(?:第|共|of)?\s*\d+\s*页?)?"
    r"|[-—–~·]\s*\d{1,4}\s*)[-—–~·\s]*$",
    re.IGNORECASE,
)
_OF_PAGES = re.compile(r"^\s*\d{1,4}\s*[/／]\s*\d{1,4}\s*$")
# The buttons of a site of questions, copied along with them.
_BUTTONS = re.compile(
    r"^[\s|｜>]*(?:(?:隐藏|查看|显示|展开|收起|加入|添加|我要|本题|错题|题目|试题|试做|取消)?"
    r"(?:答案解析|答案|解析|收藏本题|收藏|加入错题本|错题本|纠错|报错|反馈|记忆|讨论|笔记|分享|上一题|下一题|评论|举报)[\s|｜>]*){2,}$"
)
_BUTTONS_END = frozenset("案析藏本错馈忆论记享题报")
_FURNITURE = ClassifiedLine(LineKind.EMPTY, name="furniture")
_LONGEST_FURNITURE = 60
_OFTEN = 3
_FILLABLE = re.compile(r"[（(][\s　]*[)）]|[:：]\s*$|[?？]\s*$|的是|有几|哪")


@dataclass(slots=True)
class LineReading:
    """One way to read the lines: the marks that differ from what each line says alone.

    `dropped` are the places of the pages' furniture, `unsure` those of them that no page's number
    stands by.
    """

    marks: Marks = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    unsure: frozenset[int] = frozenset()
    section: ClassifiedLine | None = None
    recogniser: Recogniser = field(default_factory=Recogniser)


def best_reading(
    lines: Sequence[Line],
    seen: Sequence[ClassifiedLine],
    section: ClassifiedLine | None = None,
) -> LineReading:
    """The reading under which most of the file makes sense; each ambiguity is tried once."""
    others = [(marks, edge) for find, edge in _AMBIGUITIES if (marks := find(lines, seen))]
    best = _read(lines, seen, LineReading(section=section))
    for marks, edge in others:
        other = _read(lines, seen, LineReading({**best.marks, **marks}, section=section))
        if sense(other.recogniser.parts) >= sense(best.recogniser.parts) + edge:
            best = other
    best.dropped = frozenset(n for n, what in best.marks.items() if what.kind is LineKind.EMPTY)
    best.unsure = frozenset(n for n in best.dropped if best.marks[n].name != "furniture")
    return best


def _read(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine], reading: LineReading
) -> LineReading:
    marks = reading.marks
    reading.recogniser = Recogniser(reading.section)
    classified = [marks.get(place, what) for place, what in enumerate(seen)] if marks else seen
    reading.recogniser.read(lines, classified)
    return reading


def sense(parts: Sequence[Parts]) -> float:
    """How much of the questions makes sense: whole ones in sequence count, broken ones against."""
    total = 0.0
    before: Parts | None = None
    for each in parts:
        total += _sense_of(each)
        if before is not None and each.number:
            apart = each.section != before.section
            follows = each.number == before.number + 1 or (apart and each.number == 1)
            total += 0.5 if follows else 0.0 if apart else -0.5
        before = each
    return total


def _sense_of(each: Parts) -> float:
    if not each.stem.strip():
        return -2.0
    marks = [letter for letter, _ in each.options]
    total = -2.0 * (marks != [chr(ord("A") + n) for n in range(len(marks))])
    total -= len(each.stray) + 2.0 * (len(marks) == 1) + _doubted(each)
    total -= 2.0 * contradicts(each)
    stated = plain(each.answers[0]) if each.answers else "".join(bracket_answers(each.stem)[:1])
    if not stated.strip():
        gaps = "__" in each.stem or each.declared is not None
        return total + (0.5 if len(marks) > 1 else -0.5 * (not gaps))
    if not marks:
        return total + (1.0 if each.declared is None else 1.25)
    chosen = answers.as_letters(answers.first_line(stated)) or answers.leading_letters(stated)[0]
    known = chosen is not None and set(chosen) <= set(marks)
    return total + (3.0 if known else -0.5)


def _doubted(each: Parts) -> bool:
    """Whether anything is doubted but that a reading is to be confirmed."""
    return any(reason.code != "options_unmarked" for reason in each.reasons)


def contradicts(each: Parts) -> bool:
    """Whether a question cannot be of the type that its section names."""
    kind = each.declared
    if kind is None:
        return False
    truths = [answers.as_truth(plain(text)) for _, text in each.options]
    if kind is QuestionType.TRUE_FALSE:
        return bool(truths) and (len(truths) > 2 or None in truths)
    if kind in (QuestionType.FILL_BLANK, QuestionType.SHORT_ANSWER):
        return len(truths) > 1
    stated = each.answers[0] if each.answers else ""
    return not truths and answers.as_truth(stated, sure=True) is not None


def _weak_headings(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Bare words such as 判断, read as the ends of wrapped lines."""
    return {
        place: ClassifiedLine(LineKind.TEXT, lines[place].text.strip())
        for place, what in enumerate(seen)
        if what.kind is LineKind.HEADING and what.name == "weak"
    }


def _part_headings(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Short lines behind a Chinese numeral, 二、…, read as points of an answer."""
    return {
        place: ClassifiedLine(LineKind.TEXT, lines[place].text.strip())
        for place, what in enumerate(seen)
        if what.kind is LineKind.HEADING and what.name == "part"
    }


def _points(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Numbers that count from 1 between a stem and its options, read as points of the stem."""
    found: Marks = {}
    run: list[int] = []
    stem = False
    for place, what in enumerate(seen):
        if what.kind is LineKind.EMPTY:
            continue
        number = what.number if what.kind is LineKind.NUMBER and what.name in ("", "point") else 0
        if run and number == len(run) + 1 and what.style == seen[run[0]].style:
            run.append(place)
            continue
        if len(run) > 1 and what.kind is LineKind.TEXT:
            continue
        if len(run) > 1 and what.kind is LineKind.OPTION and what.letter == "A":
            found |= {n: ClassifiedLine(LineKind.TEXT, lines[n].text.strip()) for n in run}
        run = [place] if number == 1 and stem else []
        asks = what.kind is LineKind.NUMBER and what.name != "point"
        stem = asks or (what.kind is LineKind.TEXT and bool(_FILLABLE.search(what.value)))
    return found


_VERDICT = re.compile(r"^(?:回答|作答|答题)?(?:正确|错误)$|^(?:未作答|未答|已作答|不得分|得分)$")


def _verdicts(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """What a system said of somebody's answer, above the right one: no part of the last option."""
    spoken = [place for place, what in enumerate(seen) if what.kind is not LineKind.EMPTY]
    return {
        place: ClassifiedLine(LineKind.DETAIL, lines[place].text.strip(), name="得分")
        for before, place, after in zip(spoken, spoken[1:], spoken[2:], strict=False)
        if seen[after].kind is LineKind.ANSWER
        and seen[place].kind is LineKind.TEXT
        and (
            seen[before].kind in (LineKind.OPTION, LineKind.TEXT)
            or (seen[before].kind is LineKind.NUMBER and not seen[before].value)
        )
        and _VERDICT.match(lines[place].text.strip())
    }


def _bracketed_numbers(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Numbers in brackets, (1) (2), read as those of questions, where a file has few others."""
    at = [
        place
        for place, what in enumerate(seen)
        if what.name == "point" and lines[place].text.strip()[:1] in "（("
    ]
    others = sum(what.kind is LineKind.NUMBER and what.name == "" for what in seen)
    if len(at) < 2 or others > len(at) // 2:
        return {}
    return {place: replace(seen[place], name="") for place in at}


def _furniture(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Lines that come on every page, in the middle of questions and between them, read as none."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, what in enumerate(seen):
        if what.kind in (LineKind.TEXT, LineKind.CHAPTER, LineKind.NUMBER, LineKind.HEADING):
            text = lines[place].text.strip()
            if 2 <= len(text) <= _LONGEST_FURNITURE:
                places[_DIGITS.sub("#", text)].append(place)
    found: Marks = _page_numbers(seen)
    for shape, at in places.items():
        paged = sum(_by_a_page(lines, seen, place) or place - 1 in found for place in at)
        if paged > 1 and 3 * paged >= 2 * len(at) and shape != "#":
            found |= dict.fromkeys(at, _FURNITURE)
        elif len(at) >= _OFTEN and shape != "#" and _is_furniture(lines, seen, at):
            found |= dict.fromkeys(at, ClassifiedLine(LineKind.EMPTY, name="unsure"))
    return found


def asks(text: str) -> bool:
    """Whether a line looks like one that asks: it ends so, or has an empty bracket."""
    return _FILLABLE.search(text) is not None


def _is_page_or_buttons(text: str) -> bool:
    if len(text) > _LONGEST_FURNITURE:
        return False
    return _PAGE.match(text) is not None or (
        text.rstrip("|｜> ")[-1:] in _BUTTONS_END and _BUTTONS.match(text) is not None
    )


def page_marks(lines: Sequence[Line]) -> Marks:
    """The lines that are nothing but the number of a page or the buttons of a site, read as none."""
    found = {n: _FURNITURE for n, line in enumerate(lines) if _is_page_or_buttons(line.text)}
    strokes = [n for n, line in enumerate(lines) if _OF_PAGES.match(line.text)]
    totals = {re.split("[/／]", lines[n].text)[1].strip() for n in strokes}
    if len(strokes) >= _OFTEN and len(totals) == 1:
        found |= dict.fromkeys(strokes, _FURNITURE)
    return found


def _by_a_page(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> bool:
    """Whether the number of a page is on this line or on one beside it."""
    beside = [n for n in (place - 1, place + 1) if 0 <= n < len(seen)]
    return "页" in lines[place].text or any(seen[n] is _FURNITURE for n in beside)


def _page_numbers(seen: Sequence[ClassifiedLine]) -> Marks:
    """Numbers alone on their lines that count up and stand in the middle of questions."""
    at = [
        n
        for n, what in enumerate(seen)
        if what.kind is LineKind.NUMBER and what.style == "" and not what.value
    ]
    numbers = [seen[place].number for place in at]
    counted = all(after == before + 1 for before, after in pairwise(numbers))
    inside = (LineKind.OPTION, LineKind.ANSWER, LineKind.EXPLANATION)
    if not at or not counted or not any(_kind_at(seen, place, 1) in inside for place in at):
        return {}
    return dict.fromkeys(at, _FURNITURE)


def _is_furniture(lines: Sequence[Line], seen: Sequence[ClassifiedLine], at: Sequence[int]) -> bool:
    """Whether lines of one shape come at any place of a question, as no part of one does."""
    texts = {lines[place].text.strip() for place in at}
    numbered = all(seen[place].kind is LineKind.NUMBER for place in at)
    if numbered or (len(texts) > 1 and not all("页" in text for text in texts)):
        return False
    before = Counter(_kind_at(seen, place, -1) for place in at)
    after = Counter(_kind_at(seen, place, 1) for place in at)
    usual = max(before.values()), max(after.values())
    return len(before) > 1 and len(after) > 1 and max(usual) < len(at)


def _kind_at(seen: Sequence[ClassifiedLine], place: int, step: int) -> LineKind:
    place += step
    while 0 <= place < len(seen):
        if seen[place].kind is not LineKind.EMPTY:
            return seen[place].kind
        place += step
    return LineKind.EMPTY


# What may be ambiguous, and by how much the other reading must be better to be taken.
_AMBIGUITIES: tuple[
    tuple[Callable[[Sequence[Line], Sequence[ClassifiedLine]], Marks], float], ...
] = (
    (_furniture, 0.0),
    (_bracketed_numbers, 0.5),
    (_verdicts, 0.0),
    (counted_options, 0.5),
    (_points, 0.0),
    (letters_alone, 0.5),
    (lone_answers, 0.5),
    (unmarked_options, 0.5),
    (answers_alone, 0.5),
    (_weak_headings, 0.0),
    (_part_headings, 0.5),
)
