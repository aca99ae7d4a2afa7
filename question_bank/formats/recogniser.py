"""From lines to the parts of questions: one pass that knows what it is inside of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats import answers
from question_bank.formats.assemble import Parts, bracket_answers
from question_bank.formats.lines import Line
from question_bank.formats.marks import (
    Kind,
    Seen,
    classify,
    split_answer,
    split_explanation,
    split_options,
)
from question_bank.formats.records import Note
from question_bank.kinds import CHOICES

_OPENERS = (Kind.OPTION, Kind.ANSWER)
_AFTER_LABEL = re.compile(r"(?<=[)）.．、])\t\s*")
_MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What follows a line: the next line of all, and the next that has a mark."""

    next: Seen
    marked: Seen

    @property
    def restarts(self) -> bool:
        """Whether the next mark is a first option, so that a stem must stand before it."""
        return self.marked.kind is Kind.OPTION and self.marked.letter == "A"


@dataclass(slots=True)
class _Draft:
    """The question that is being read, its texts as lists of lines so that time stays linear."""

    parts: Parts
    number: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: list[list[str]] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    bracketed: bool = False
    field: str = "stem"
    nested: int = 0

    @property
    def next_letter(self) -> str:
        return chr(ord(self.options[-1][0]) + 1) if self.options else "A"

    @property
    def written(self) -> bool:
        """Whether the open field is the answer of a question that takes words for an answer."""
        if self.field != "answer" or self.options or not self.answers:
            return False
        if self.parts.declared is not None:
            return self.parts.declared not in CHOICES
        said = self.answers[-1]
        if len(said) != 1:
            return True
        return answers.as_truth(said[0], sure=True) is None and answers.as_letters(said[0]) is None

    def close(self) -> Parts:
        parts = self.parts
        parts.stem = _joined(self.stem)
        parts.options = [(letter, _joined(lines)) for letter, lines in self.options]
        parts.answers = [_joined(lines) for lines in self.answers]
        parts.explanation = _joined(self.explanation)
        parts.raw = _joined(self.raw)
        return parts


def _share_cases(parts: Sequence[Parts]) -> None:
    """Give the text of a case to the questions below it, for a person to confirm.

    A case is a numbered text without options and answer, and what follows counts anew from
    below its number; the first number that is higher, or a new chapter, ends it.
    """
    case: Parts | None = None
    for each in parts:
        if _is_lone(each):
            case = each
        elif case is None or each.number >= case.number or each.category != case.category:
            case = None
        else:
            each.passage = case.stem
            each.doubt("case_assumed", number=case.number)
            case.doubt("case_text")


def _is_lone(parts: Parts) -> bool:
    bare = not parts.options and not parts.answers and parts.declared is None
    return bare and parts.number > 0 and len(parts.stem) >= 20 and not bracket_answers(parts.stem)


def _joined(lines: Sequence[str]) -> str:
    """The lines as one text. The tab after a list's number is dropped: Word's is no character."""
    return "\n".join(_AFTER_LABEL.sub("", each) for each in lines if each).strip()


class Recogniser:
    """Reads lines into `parts`; what belongs to no question becomes a note."""

    def __init__(self) -> None:
        self.parts: list[Parts] = []
        self.notes: list[Note] = []
        self._now: _Draft | None = None
        self._section: Seen | None = None
        self._chapter: tuple[str, ...] = ()

    def read(self, lines: Sequence[Line]) -> None:
        """Take all lines of one file, in order."""
        seen = [classify(line.text) for line in lines]
        for line, what, ahead in zip(lines, seen, _look_ahead(seen), strict=True):
            if what.kind is not Kind.EMPTY:
                self._take(line, what, ahead)
        self._close()
        _share_cases(self.parts)

    def _take(self, line: Line, what: Seen, ahead: _Ahead) -> None:
        now = self._now
        if what.kind is Kind.OPTION and not _takes_option(now, what, ahead):
            what = Seen(Kind.TEXT, line.text.strip())
        if what.kind in (Kind.HEADING, Kind.CHAPTER) and _divides(now, what, ahead):
            self._divide(what)
            return
        numbered = what.kind is Kind.NUMBER and _opens(now, line, what, ahead)
        if numbered or (what.kind is Kind.TEXT and _opens_unnumbered(now, line, ahead)):
            self._open(line, what, ahead)
        elif now is None:
            self._outside(line)
            return
        else:
            _continue(now, line, what, ahead)
        if self._now is not None:
            self._now.raw.append(line.text.strip())

    def _divide(self, what: Seen) -> None:
        self._close()
        if what.kind is Kind.CHAPTER:
            self._chapter = (what.value,)
        else:
            self._section = what

    def _outside(self, line: Line) -> None:
        if len(self.notes) < _MOST_NOTES:
            text = line.text.strip()[:80]
            self.notes.append(Note("text_outside", {"text": text}, line.where))

    def _close(self) -> None:
        if self._now is not None:
            self.parts.append(self._now.close())
        self._now = None

    def _open(self, line: Line, what: Seen, ahead: _Ahead) -> None:
        self._close()
        parts = Parts(line.where, what.number, category=self._chapter)
        for each in (self._section, what):
            if each is not None and (each.type is not None or each is self._section):
                parts.declared, parts.any_number = each.type, each.any_number
        self._now = _Draft(parts, what.number)
        _add_stem(self._now, what.value, ahead)


def _divides(now: _Draft | None, what: Seen, ahead: _Ahead) -> bool:
    """Whether a heading is one: inside a question, a chapter's name may be words of it."""
    if what.kind is Kind.CHAPTER and now is not None:
        if now.field == "answer" and not now.written:
            return True
        return ahead.next.kind in (Kind.HEADING, Kind.NUMBER, Kind.CHAPTER)
    return True


def _opens(now: _Draft | None, line: Line, what: Seen, ahead: _Ahead) -> bool:
    """Whether a numbered line opens a question, rather than counts points inside one."""
    if now is None or what.name == "tag":
        return True
    follows = what.number == now.number + 1
    asks = ahead.marked.kind in _OPENERS or bool(bracket_answers(line.text))
    if now.written or now.field == "explanation":
        if asks or (follows and not now.nested):
            return True
        if what.number == now.nested + 1:
            now.nested += 1
        return False
    if now.field == "stem" and now.stem and not now.answers:
        return follows or asks or now.bracketed or not now.number
    return not (now.field == "stem" and not now.stem and not what.value)


def _opens_unnumbered(now: _Draft | None, line: Line, ahead: _Ahead) -> bool:
    """Whether a line without any mark is the stem of a new question."""
    if now is None:
        return ahead.marked.kind in _OPENERS or bool(bracket_answers(line.text))
    if now.field == "stem":
        return not now.number and now.bracketed and bool(bracket_answers(line.text))
    answered = bool(now.answers) or now.bracketed
    if now.field == "option":
        return ahead.restarts or (ahead.marked.kind is Kind.ANSWER and answered)
    stem_of_options = ahead.restarts and ahead.next.kind is Kind.OPTION
    if now.written or now.field == "explanation":
        return stem_of_options or (ahead.next.kind is Kind.ANSWER and not now.number)
    asks = ahead.restarts or ahead.next.kind is Kind.ANSWER or bool(bracket_answers(line.text))
    return asks or (ahead.marked.kind is Kind.ANSWER and not now.number and not now.options)


def _takes_option(now: _Draft | None, what: Seen, ahead: _Ahead) -> bool:
    """Whether an option mark starts an option, as far as can be told from its surroundings."""
    if now is None:
        return False
    if what.name and not _loose_fits(now, what, ahead):
        return False
    if now.field == "explanation" or now.written:
        # In an explanation, "A." speaks of an option.
        return now.field != "explanation" and not now.options and what.letter == "A"
    return True


def _loose_fits(now: _Draft, what: Seen, ahead: _Ahead) -> bool:
    """A letter without a proper mark must be next in turn, and its successor in sight."""
    after = ahead.next if ahead.next.kind is Kind.OPTION else None
    if what.letter != now.next_letter or (after and after.letter == what.letter):
        return False
    if what.name == "loose":
        return bool(now.stem)
    return bool(now.options) or (after is not None and after.letter == "B")


def _continue(now: _Draft, line: Line, what: Seen, ahead: _Ahead) -> None:
    match what.kind:
        case Kind.OPTION:
            _add_options(now, line.text.strip(), what)
        case Kind.ANSWER:
            _add_answer(now, what.value)
        case Kind.EXPLANATION:
            now.field = "explanation"
            now.explanation.append(what.value.strip())
        case Kind.DETAIL:
            _add_detail(now.parts, what)
        case _:
            _append(now, line.text.strip(), ahead)


def _add_stem(now: _Draft, text: str, ahead: _Ahead) -> None:
    """A line of the stem: it may hold options and the answer as well."""
    text, said = split_answer(text)
    before, options = split_options(text, "A")
    second = ahead.next.kind is Kind.OPTION and ahead.next.letter == "B"
    if before.strip() and not now.options and (len(options) >= 2 or (options and second)):
        text = before
        now.options = [(letter, [each]) for letter, each in options]
        now.field = "option"
    if text.strip():
        now.stem.append(text.strip())
        now.bracketed = now.bracketed or bool(bracket_answers(text))
    if said is not None:
        _add_answer(now, said)


def _add_options(now: _Draft, text: str, what: Seen) -> None:
    text, said = split_answer(text)
    _, found = split_options(text, what.letter)
    if what.name == "loose" and not found:
        found = split_options(f" {text}", what.letter)[1]
    own = text if said is not None and not what.name else what.value
    found = found or [(what.letter, own.strip())]
    now.options += [(letter, [each]) for letter, each in found]
    now.field = "option"
    if said is not None:
        _add_answer(now, said)


def _add_answer(now: _Draft, said: str) -> None:
    said, explained = split_explanation(said)
    now.field = "answer"
    now.answers.append([said.strip()] if said.strip() else [])
    if explained is not None:
        now.field = "explanation"
        now.explanation.append(explained.strip())


def _add_detail(parts: Parts, what: Seen) -> None:
    value = what.value.strip()
    match what.name:
        case "难度" | "难易度" | "难易程度":
            parts.difficulty = answers.difficulty_named(value)
        case "出处" | "来源" | "依据" | "法律依据" | "法条依据":
            parts.source = value
        case "知识点" | "考点" | "章节" | "分类" | "目录":
            parts.category = tuple(filter(None, map(str.strip, value.split("/"))))


def _append(now: _Draft, text: str, ahead: _Ahead) -> None:
    """More of the field that is open; a closed answer takes no more words."""
    match now.field:
        case "stem":
            _add_stem(now, text, ahead)
        case "option":
            before, glued = split_options(text, now.next_letter)
            now.options[-1][1].append(before.strip())
            now.options += [(letter, [each]) for letter, each in glued]
        case "explanation":
            now.explanation.append(text)
        case _ if now.written or not now.answers[-1]:
            now.answers[-1].append(text)
        case _:
            now.parts.doubt("text_after_answer", text=text[:80])


def _look_ahead(seen: Sequence[Seen]) -> list[_Ahead]:
    """For every line what follows it, computed from the end so that time stays linear."""
    end = Seen(Kind.EMPTY)
    following, marked = end, end
    ahead: list[_Ahead] = []
    for what in reversed(seen):
        ahead.append(_Ahead(following, marked))
        if what.kind is not Kind.EMPTY:
            following = what
        if what.kind not in (Kind.EMPTY, Kind.TEXT) and what.name != "bare":
            marked = what
    return ahead[::-1]
