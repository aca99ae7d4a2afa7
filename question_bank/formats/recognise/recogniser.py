"""From lines to the parts of questions: one pass that knows what it is inside of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.item_starts import (
    LookAhead,
    divides,
    look_ahead,
    merges,
    opens,
    opens_glued,
    opens_point,
    opens_unnumbered,
    takes_option,
)
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import PICTURE, Line
from question_bank.formats.recognise.marks import (
    bare_of_bullet,
    picture_leads,
    split_answer,
    split_explanation,
    split_options,
    untick,
)
from question_bank.formats.recognise.parts import Draft, Parts, bracket_answers
from question_bank.formats.records import Note

# An answer in words that counts points of its own from the label's line on.
_FIRST_POINT = re.compile(r"^\s*1\s*[.、．)）](?!\d)")

# What some write before the right option.
_STARS = frozenset("*★☆●◆■▶►")


class Recogniser:
    """Reads lines into `parts`; headings and what is before the first question become notes.

    `leading` is whether an answer stood above any question: answers may stand above theirs;
    `section` what is known of the type before any heading.
    """

    def __init__(self, section: ClassifiedLine | None = None) -> None:
        self.parts: list[Parts] = []
        self.notes: list[Note] = []
        self.leading = False
        self._now: Draft | None = None
        self._section = section
        self._sections = 0
        self._chapter: tuple[str, ...] = ()

    def read(self, lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> None:
        """Take all lines of one file, in order, with what each is by its marks."""
        for line, what, ahead in zip(lines, seen, look_ahead(seen), strict=True):
            if what.kind is not LineKind.EMPTY:
                self._take(line, what, ahead)
        self._close()

    def _take(self, line: Line, what: ClassifiedLine, ahead: LookAhead) -> None:
        now = self._now
        if what.kind is LineKind.OPTION and not takes_option(now, what, ahead):
            what = ClassifiedLine(LineKind.TEXT, line.text.strip())
        if now is not None and what.kind is LineKind.HEADING and merges(now, what):
            now.parts.declared, now.parts.any_number = what.type, what.any_number
            self._now_holds(line)
            return
        if what.kind in (LineKind.HEADING, LineKind.CHAPTER):
            if divides(now, what, ahead):
                self._divide(line, what)
                return
            if now is not None and what.kind is LineKind.HEADING:
                now.parts.doubt("heading_inside", text=line.text.strip()[:40])
        if now is not None and merges(now, what):
            self._merge(now, what, ahead)
        elif self._begins(line, what, ahead):
            self._open(line, what, ahead)
        elif now is None:
            self.leading = self.leading or (
                what.kind is LineKind.ANSWER and bool(what.value.strip())
            )
            self._outside(line)
            return
        else:
            _continue(now, line, what, ahead)
        self._now_holds(line)

    def _begins(self, line: Line, what: ClassifiedLine, ahead: LookAhead) -> bool:
        now = self._now
        if what.kind is LineKind.PASSAGE:
            return now is None or bool(now.options or now.answers or now.bracketed)
        if what.kind is LineKind.NUMBER:
            if what.name == "point":
                return opens_point(now, line, what, ahead)
            return opens(now, line, what, ahead)
        if what.name == "glued" and opens_glued(now, what, ahead):
            return True
        return what.kind is LineKind.TEXT and opens_unnumbered(now, line, ahead)

    def _merge(self, now: Draft, what: ClassifiedLine, ahead: LookAhead) -> None:
        """Take a type, or a stem behind its label, for the question whose number came before."""
        if what.type is not None:
            now.parts.declared, now.parts.any_number = what.type, what.any_number
        _add_stem(now, what.value, ahead)

    def _now_holds(self, line: Line) -> None:
        if self._now is not None:
            self._now.raw.append(line.text.strip())
            self._now.until = line.where.first

    def _divide(self, line: Line, what: ClassifiedLine) -> None:
        self._close()
        self.notes.append(Note("heading", {"text": line.text.strip()[:80]}, line.where))
        self._sections += 1
        if what.kind is LineKind.HEADING:
            self._section = what
        elif what.name != "title":
            self._chapter = (what.value,)
        elif what.type is not None:
            self._section = what
        elif what.value.endswith("题"):
            self._section = replace(what, name="open")

    def _outside(self, line: Line) -> None:
        """Words above the questions: the last such note grows, so that each line is reported."""
        text = line.text.strip()
        last = self.notes[-1] if self.notes else None
        if last is not None and last.code == "text_outside" and not self._parted(last):
            joined = f"{last.params['text']} {text}"[:200]
            where = last.where.reaching(line.where.paragraph)
            self.notes[-1] = Note("text_outside", {"text": joined}, where)
        else:
            self.notes.append(Note("text_outside", {"text": text[:200]}, line.where))

    def _parted(self, note: Note) -> bool:
        """Whether a question lies between the note and here."""
        if not self.parts:
            return False
        return (self.parts[-1].where.first or 0) > (note.where.first or 0)

    def _close(self) -> None:
        if self._now is not None:
            self.parts.append(self._now.close())
        self._now = None

    def _open(self, line: Line, what: ClassifiedLine, ahead: LookAhead) -> None:
        glued = what.name == "glued" and opens_glued(self._now, what, ahead)
        self._close()
        number = what.number if what.kind is LineKind.NUMBER or glued else 0
        parts = Parts(line.where, number, category=self._chapter)
        parts.section, parts.style = self._sections, what.style
        parts.passage_opens = what.kind is LineKind.PASSAGE
        for each in (self._section, what):
            if each is not None and (each.type is not None or each is self._section):
                parts.declared, parts.any_number = each.type, each.any_number
        if self._section is not None:
            parts.in_words = self._section.name == "open"
            parts.legend = dict(self._section.legend)
        parts.stressed += line.strong
        self._now = Draft(parts, number)
        text = what.value if what.kind is not LineKind.TEXT or glued else line.text.strip()
        _add_stem(self._now, text, ahead)


def _continue(now: Draft, line: Line, what: ClassifiedLine, ahead: LookAhead) -> None:
    match what.kind:
        case LineKind.OPTION:
            if PICTURE in line.text and picture_leads(line.text.strip()):
                now.parts.doubt("picture_before_mark")
            if line.text.strip()[:1] in _STARS:
                now.parts.strong.append(line.text.strip())
            if what.name == "unmarked":
                now.parts.doubt("options_unmarked")
            now.parts.strong += line.strong
            _add_options(now, untick(bare_of_bullet(line.text.strip())), what)
        case LineKind.ANSWER:
            _add_answer(now, what.value)
        case LineKind.EXPLANATION:
            now.field = "explanation"
            now.explanation.append(what.value.strip())
        case LineKind.DETAIL:
            now.parts.details.append(line.text.strip())
            _add_detail(now.parts, what)
            if not what.value.strip() and now.answers and not now.written:
                now.field = "detail"
        case _:
            _append(now, line.text.strip(), ahead)


def _add_stem(now: Draft, text: str, ahead: LookAhead) -> None:
    """A line of the stem: it may hold options and the answer as well."""
    text, stated = split_answer(text)
    before, options = split_options(text, "A", whole=False)
    second = ahead.next.kind is LineKind.OPTION and ahead.next.letter == "B"
    if before.strip() and not now.options and (len(options) >= 2 or (options and second)):
        text = before
        now.options = [(letter, [each]) for letter, each in options]
        now.glued = len(options) > 1
        now.field = "option"
    if text.strip():
        now.stem.append(text.strip())
        now.bracketed = now.bracketed or bool(bracket_answers(text))
    if stated is not None:
        _add_answer(now, stated)


def _add_options(now: Draft, text: str, what: ClassifiedLine) -> None:
    text, stated = split_answer(text)
    _, found = split_options(text, what.letter, whole=False)
    if what.name == "loose" and not found:
        found = split_options(f" {text}", what.letter, whole=False)[1]
    if what.name == "unmarked":
        found = []
    own = text if stated is not None and not what.name else what.value
    found = found or [(what.letter, own.strip())]
    now.glued = now.glued if now.options else len(found) > 1
    now.parts.behind = now.parts.behind or (bool(now.answers) and not now.options)
    now.options += [(letter, [each]) for letter, each in found]
    now.field = "option"
    if stated is not None:
        _add_answer(now, stated)


def _add_answer(now: Draft, stated: str) -> None:
    stated, explained = split_explanation(stated)
    now.field = "answer"
    if _FIRST_POINT.match(stated):
        now.nested = 1
    now.answers.append([stated.strip()] if stated.strip() else [])
    if explained is not None:
        now.field = "explanation"
        now.explanation.append(explained.strip())


def _add_detail(parts: Parts, what: ClassifiedLine) -> None:
    value = what.value.strip()
    match what.name:
        case "难度" | "难易度" | "难易程度":
            parts.difficulty = answers.difficulty_named(value)
        case "出处" | "来源" | "依据" | "法律依据" | "法条依据":
            parts.source = value
        case "知识点" | "考点" | "章节" | "分类" | "目录":
            parts.category = tuple(filter(None, map(str.strip, value.split("/"))))


def _append(now: Draft, text: str, ahead: LookAhead) -> None:
    """More of the field that is open; a closed answer takes no more words."""
    match now.field:
        case "stem":
            _add_stem(now, text, ahead)
        case "option":
            before, glued = split_options(text, now.next_letter, whole=False)
            now.options[-1][1].append(before.strip())
            now.options += [(letter, [each]) for letter, each in glued]
        case "explanation":
            now.explanation.append(text)
        case "detail":
            now.parts.details.append(text)
        case _ if now.written or not now.answers[-1]:
            now.answers[-1].append(text)
        case _:
            now.parts.doubt("text_after_answer", text=text[:80])
            now.parts.stray.append(text)
