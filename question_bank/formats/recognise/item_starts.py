"""Whether a line opens something: a question, an option, a section. What decides is around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.marks import bare_row
from question_bank.formats.recognise.parts import Draft, bracket_answers

_OPENERS = (LineKind.OPTION, LineKind.ANSWER)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"
_NUMERAL = re.compile(r"\s*[（(]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．]")
_FAINT = ("bare", "point")
_AFTER_A_QUESTION = (
    LineKind.HEADING,
    LineKind.NUMBER,
    LineKind.CHAPTER,
    LineKind.PASSAGE,
    LineKind.EMPTY,
)


@dataclass(frozen=True, slots=True)
class LookAhead:
    """What follows a line: the next line of all, the next with a mark, the next number."""

    next: ClassifiedLine
    marked: ClassifiedLine
    number: int

    @property
    def restarts(self) -> bool:
        """Whether the next mark is a first option, so that a stem must stand before it."""
        return self.marked.kind is LineKind.OPTION and self.marked.letter == "A"


def look_ahead(seen: Sequence[ClassifiedLine]) -> list[LookAhead]:
    """For every line what follows it, computed from the end so that time stays linear."""
    end = ClassifiedLine(LineKind.EMPTY)
    following, marked, number = end, end, 0
    ahead: list[LookAhead] = []
    for what in reversed(seen):
        ahead.append(LookAhead(following, marked, number))
        if what.kind is not LineKind.EMPTY:
            following = what
        if what.kind not in (LineKind.EMPTY, LineKind.TEXT) and what.name not in _FAINT:
            marked = what
        if what.kind is LineKind.NUMBER and what.name not in _FAINT:
            number = what.number
    return ahead[::-1]


def divides(now: Draft | None, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a heading is one: inside a question, a chapter's name may be words of it."""
    if now is None:
        return True
    waiting = now.field == "stem" and now.stem and not now.bracketed
    if what.kind is LineKind.HEADING:
        if now.field == "option" and _goes_on_below(now, ahead):
            return False
        if what.name in ("weak", "part", "open") and not _parts_questions(now, what, ahead):
            return False
        # Between a stem and its answer is no heading; one there was swallowed.
        return not (waiting and ahead.next.kind is LineKind.ANSWER)
    if now.field == "answer" and not now.written:
        return True
    return ahead.next.kind in (
        LineKind.HEADING,
        LineKind.NUMBER,
        LineKind.CHAPTER,
        LineKind.PASSAGE,
        LineKind.EMPTY,
    )


def _goes_on_below(now: Draft, ahead: LookAhead) -> bool:
    """Whether the options go on behind a line: the line is a part of the one before it."""
    following = ahead.next
    if following.kind is LineKind.OPTION:
        return following.letter == now.next_letter
    return following.kind is LineKind.ANSWER and not now.answers and not now.bracketed


def _parts_questions(now: Draft, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a heading that names no known type lies between a whole question and the next."""
    whole = bool(now.answers or now.bracketed or now.explanation)
    if what.name == "open":
        return ahead.next.kind is not LineKind.OPTION and (whole or not now.options)
    counts = ahead.next.kind is LineKind.NUMBER and ahead.next.name not in _FAINT
    restarts = ahead.next.number in (1, now.number + 1)
    if what.name == "part" and now.written:
        # An answer in words may have chapters of its own.
        own = any(_NUMERAL.match(line) for line in now.answers[-1])
        return counts and ahead.marked.kind is LineKind.OPTION and not own
    return whole and (
        (counts and restarts) or ahead.next.kind in (LineKind.HEADING, LineKind.PASSAGE)
    )


def merges(now: Draft | None, what: ClassifiedLine) -> bool:
    """Whether a type or the label of a stem belongs to the number on the line before it."""
    if now is None or now.stem or now.options or now.answers:
        return False
    if what.kind is LineKind.HEADING:
        return what.type is not None and now.number > 0 and now.parts.declared is None
    return what.name in ("tag", "label") and what.number in (0, now.number)


def opens(now: Draft | None, line: Line, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a numbered line opens a question, rather than counts points inside one."""
    if now is None or what.name in ("tag", "label"):
        return True
    if what.number == 0:
        return False
    if now.field == "option" and not (what.value or what.style) and not any(now.options[-1][1]):
        return False  # the text of an option whose mark stands above it
    follows = what.number == now.number + 1
    asks = ahead.marked.kind in _OPENERS or bool(bracket_answers(line.text))
    if now.written or now.field == "explanation":
        if now.nested and what.number == now.nested + 1 and what.style != now.parts.style:
            now.nested += 1  # the answer's own count goes on, in its own style
            return False
        if _digresses(now, what, ahead):
            now.parts.doubt("number_inside", text=line.text.strip()[:40])
            return False
        if asks or (follows and not now.nested):
            return True
        if what.number == now.nested + 1:
            now.nested += 1
        return False
    if now.field == "stem" and now.stem and not now.answers:
        if what.style == now.parts.style == "\t":
            return True  # nobody counts points in a stem by tabs
        return follows or asks or now.bracketed or not now.number or now.parts.passage_opens
    return not (now.field == "stem" and not now.stem and not what.value)


def _digresses(now: Draft, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a number breaks off a count that the very next number takes up again."""
    awaited = now.number + 1
    return now.number > 1 and 1 < what.number < now.number and ahead.number == awaited


def opens_point(now: Draft | None, line: Line, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a number in brackets, (1) or ①, opens a question; mostly it counts points."""
    asks = ahead.next.kind in _OPENERS or bool(bracket_answers(line.text))
    asks_below = asks or ahead.marked.kind in _OPENERS
    if now is None:
        return asks_below
    if now.field == "stem":
        inside = now.parts.style == "()" and what.number == now.number + 1
        if _counted(now, what.number - 1):
            return False
        return asks and (what.number == 1 or inside or now.bracketed)
    if now.written or now.field == "explanation":
        sub = now.parts.style == "()" and what.number == now.number + 1
        return asks_below if sub else asks and ahead.restarts
    if now.parts.style == "()" and what.number == now.number + 1:
        return asks_below or bool(now.answers or now.options)
    return asks or (ahead.restarts and bool(now.answers or now.options))


def _counted(now: Draft, number: int) -> bool:
    """Whether the stem counts points up to this number."""
    if not 1 <= number <= len(_CIRCLED):
        return False
    marks = (_CIRCLED[number - 1], f"({number})", f"（{number}）")
    return any(mark in line for line in now.stem for mark in marks)


def opens_glued(now: Draft | None, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether a line that begins with a bare number asks: its answer or options come next.

    Below a stem it would be more of it, unless that stem is numbered as cases are.
    """
    if ahead.next.kind not in _OPENERS:
        return False
    if now is None:
        return True
    if now.field == "stem":
        return now.parts.passage_opens or (now.parts.style == "\t" and now.number > what.number)
    return not now.written and now.field != "explanation"


def opens_unnumbered(now: Draft | None, line: Line, ahead: LookAhead) -> bool:
    """Whether a line without any mark is the stem of a new question."""
    if now is None:
        return ahead.marked.kind in _OPENERS or bool(bracket_answers(line.text))
    if now.field == "stem":
        return not now.number and now.bracketed and bool(bracket_answers(line.text))
    answered = bool(now.answers) or now.bracketed
    if now.field == "option":
        return ahead.restarts or (ahead.marked.kind is LineKind.ANSWER and answered)
    stem_of_options = ahead.restarts and ahead.next.kind is LineKind.OPTION
    if now.written or now.field == "explanation":
        return stem_of_options or (ahead.next.kind is LineKind.ANSWER and not now.number)
    asks = ahead.restarts or ahead.next.kind is LineKind.ANSWER or bool(bracket_answers(line.text))
    return asks or (ahead.marked.kind is LineKind.ANSWER and not now.number and not now.options)


def takes_option(now: Draft | None, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """Whether an option mark starts an option, as far as its surroundings decide."""
    if now is None:
        return False
    if what.name and not _loose_fits(now, what, ahead):
        return False
    if now.field == "explanation" or now.written:
        # In an explanation, "A." speaks of an option.
        return now.field != "explanation" and not now.options and what.letter == "A"
    return True


def _loose_fits(now: Draft, what: ClassifiedLine, ahead: LookAhead) -> bool:
    """A letter without a proper mark must be next in turn, and its successor in sight."""
    after = ahead.next if ahead.next.kind is LineKind.OPTION else None
    if what.letter != now.next_letter or (after and after.letter == what.letter):
        return False
    if what.name == "loose":
        return bool(now.stem)
    if bare_row(f"{what.letter}{what.value}", what.letter)[1]:
        return True
    return bool(now.options) or (after is not None and after.letter == "B")
