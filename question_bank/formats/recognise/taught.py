"""Reading a file by a layout that somebody taught: each record is its parts in order, or not read."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.recognise.learning import COUNTED, NUMBER
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.taught_layout import Layout, PieceRole, TaughtPart
from question_bank.formats.records import Note, Refused, Where
from question_bank.options import LETTERS, letter_of

# No record is longer: what is sought is found near, or not at all.
_LONGEST = 12_000
_BLANK_LINE = re.compile(r"\n[ \t　]*\n")
_BETWEEN = re.compile(r"[\s、,，;；]+")


@dataclass(slots=True)
class _Patterns:
    """The patterns of a layout, compiled."""

    layout: Layout
    lead: re.Pattern[str]
    before: list[re.Pattern[str]]
    further: list[re.Pattern[str]]
    behind: re.Pattern[str] | None

    @property
    def anchored(self) -> bool:
        """Whether a record begins with a sign or a number of its own."""
        first = self.layout.parts[0]
        return bool(first.before.strip()) or first.role is PieceRole.NUMBER


@dataclass(slots=True)
class _Found:
    """A record as it stands: its pieces by role, what stands between them, and where it ends."""

    start: int
    end: int = 0
    pieces: dict[PieceRole, list[str]] = field(default_factory=dict)
    between: list[str] = field(default_factory=list)


def compiled(layout: Layout) -> _Patterns:
    """The patterns of a layout; raises Refused if they are none."""
    try:
        number = NUMBER if layout.parts[0].role is PieceRole.NUMBER else ""
        lead = re.compile(
            rf"^[ \t　]*{_sign(layout.parts[0], layout, 0)}(?={number})", re.MULTILINE
        )
        before = [re.compile(_sign(each, layout, 0)) for each in layout.parts]
        option = next((each for each in layout.parts if each.role is PieceRole.OPTION), None)
        further = [
            re.compile(option.before_next.replace(COUNTED, _either(layout.signs, n)))
            for n in range(1, len(LETTERS))
            if option is not None and option.before_next
        ]
        behind = re.compile(layout.behind) if layout.behind else None
    except (re.error, IndexError) as wrong:
        raise Refused("layout_unknown") from wrong
    return _Patterns(layout, lead, before, further, behind)


def _sign(part: TaughtPart, layout: Layout, count: int) -> str:
    return part.before.replace(COUNTED, _either(layout.signs, count))


def _either(signs: str, count: int) -> str:
    """The sign of an option in either width; what nothing can be beyond the last of them."""
    if count >= len(signs):
        return r"(?!)"
    sign = signs[count]
    wide = chr(ord(sign) + 0xFEE0) if sign.isascii() else sign
    return f"[{re.escape(sign)}{wide}]"


def taught_parts(lines: Sequence[Line], layout: Layout) -> tuple[list[Parts], list[Note]]:
    """The parts of every record that follows the layout, and of each stretch that does not."""
    reader = _Reader(lines, compiled(layout))
    reader.read()
    settle_places(reader.parts, layout.signs)
    for each in reader.parts:
        if not layout.signs and len(each.options) > layout.most_options:
            # Nothing counts the options: more than usual may be those of the next question.
            each.doubt("layout_exceeded", options=len(each.options), most=layout.most_options)
    return reader.parts, reader.notes


class _Reader:
    """Goes through the text once, record by record."""

    def __init__(self, lines: Sequence[Line], patterns: _Patterns) -> None:
        self.parts: list[Parts] = []
        self.notes: list[Note] = []
        self._lines = lines
        self._text = "\n".join(line.text for line in lines)
        self._starts = [0]
        for line in lines[:-1]:
            self._starts.append(self._starts[-1] + len(line.text) + 1)
        self._patterns = patterns
        self._headings = [] if patterns.anchored else _headings(lines, self._starts)
        parts = patterns.layout.parts
        self._one_line = not any(
            r"\n" in each.before + each.before_next or each.lines for each in parts
        )
        self._section: ClassifiedLine | None = None
        self._sections = 0

    def read(self) -> None:
        """Take all records, and what stands between them."""
        anchors = [found.start() for found in self._patterns.lead.finditer(self._text)]
        starts = anchors if self._patterns.anchored else self._starts
        at = place = 0
        while place < len(starts):
            start = starts[place]
            following = (
                starts[place + 1] if self._patterns.anchored and place + 1 < len(starts) else None
            )
            found = self._record(start, following)
            if found is None:
                place += 1
                continue
            self._outside(at, start)
            self._take(found)
            at = found.end
            place = bisect_right(starts, max(at - 1, start))
        self._outside(at, len(self._text))

    def _record(self, start: int, following: int | None) -> _Found | None:
        """The record that begins here; None where its parts do not follow in order."""
        limit = self._limit(start, following)
        lead = self._patterns.lead.match(self._text, start)
        if lead is None or not self._text[start:limit].strip():
            return None
        return self._parts(_Found(start, between=[lead.group()]), lead.end(), limit)

    def _limit(self, start: int, following: int | None) -> int:
        """Where a record that begins here must have ended."""
        limit = min(len(self._text), start + _LONGEST, following or len(self._text))
        heading = bisect_left(self._headings, start)
        if heading < len(self._headings):
            limit = min(limit, self._headings[heading])
        if self._one_line and (end := self._text.find("\n", start, limit)) >= 0:
            limit = end
        blank = (
            None
            if self._patterns.layout.blank_lines
            else _BLANK_LINE.search(self._text, start, limit)
        )
        return limit if blank is None else blank.start()

    def _parts(self, found: _Found, at: int, limit: int) -> _Found | None:
        """The record, its parts one after the other from here on; None where one is missing."""
        parts = self._patterns.layout.parts
        n: int | None = 0
        while n is not None and n < len(parts):
            step = self._options if parts[n].role is PieceRole.OPTION else self._piece
            taken = step(found, n, at, limit)
            if taken is None:
                return None
            at, n = taken
        end = self._text.find("\n", at, limit)
        found.end = limit if end < 0 else end
        rest = self._text[at : found.end].strip()
        found.between.append(rest)
        behind = self._patterns.behind
        well = not rest or (behind is not None and behind.fullmatch(rest) is not None)
        return found if well and found.pieces.get(PieceRole.STEM) else None

    def _piece(self, found: _Found, n: int, at: int, limit: int) -> tuple[int, int] | None:
        """Take one part up to what stands before the next; where that begins, and which it is.

        Options may be missing, so that the part behind them follows.
        """
        parts = self._patterns.layout.parts
        part = parts[n]
        following = [n + 1] if n + 1 < len(parts) else []
        if following and parts[n + 1].role is PieceRole.OPTION and n + 2 < len(parts):
            following.append(n + 2)
        ended = self._nearest(at, limit, [(k, self._patterns.before[k]) for k in following])
        if ended is None and following:
            return None
        end, gap, then = ended or (self._last(at, limit, part), "", len(parts))
        text = self._text[at:end].strip()
        if "\n" in text and not part.lines:
            return None
        if (part.role is PieceRole.STEM and not text) or (
            part.role is PieceRole.NUMBER and not re.fullmatch(NUMBER, text)
        ):
            return None
        found.pieces.setdefault(part.role, []).append(text)
        found.between.append(gap.strip())
        return end + len(gap), then

    def _options(self, found: _Found, n: int, at: int, limit: int) -> tuple[int, int] | None:
        """Take the options, as many as there are; where the next part begins, and which it is."""
        parts = self._patterns.layout.parts
        texts = found.pieces.setdefault(PieceRole.OPTION, [])
        closing = [(n + 1, self._patterns.before[n + 1])] if n + 1 < len(parts) else []
        while True:
            further = [(n, each) for each in self._patterns.further[len(texts) : len(texts) + 1]]
            ended = self._nearest(at, limit, [*further, *closing])
            if ended is None and closing:
                return None
            end, gap, then = ended or (self._last(at, limit, parts[n]), "", len(parts))
            text = self._text[at:end].strip()
            if ("\n" in text and not parts[n].lines) or len(texts) >= len(LETTERS):
                return None
            texts.append(text)
            found.between.append(gap.strip())
            at = end + len(gap)
            if then == n and closing and not self._nearest(at, limit, closing):
                then = n + 1  # one sign parts all: the last piece is the next part
            if then != n:
                return at, then

    def _nearest(
        self, at: int, limit: int, patterns: Sequence[tuple[int, re.Pattern[str]]]
    ) -> tuple[int, str, int] | None:
        """The nearest place where one of the patterns matches, the longest there; its text, which it is."""
        best: tuple[int, int, str, int] | None = None
        for which, pattern in patterns:
            match = pattern.search(self._text, at, limit)
            if match is not None and match.group():
                this = (match.start(), -len(match.group()), match.group(), which)
                best = this if best is None or this[:2] < best[:2] else best
        return None if best is None else (best[0], best[2], best[3])

    def _last(self, at: int, limit: int, part: TaughtPart) -> int:
        """Where the last part ends: before what is behind it, or with its line or record."""
        end = self._text.find("\n", at, limit)
        end = limit if part.lines or end < 0 else end
        if self._patterns.behind is not None:
            match = self._patterns.behind.search(self._text, at, end)
            end = match.start() if match is not None else end
        return end

    def _take(self, found: _Found) -> None:
        """The parts of a record."""
        layout = self._patterns.layout
        number = "".join(found.pieces.get(PieceRole.NUMBER, []))
        parts = Parts(self._where(found.start, found.end))
        parts.number = int(number) if number.isdecimal() else 0
        parts.section = self._sections
        parts.raw = self._text[found.start : found.end].strip()
        parts.stem = found.pieces[PieceRole.STEM][0]
        options = found.pieces.get(PieceRole.OPTION, [])
        while options and not options[-1]:
            options.pop()
        parts.options = [(letter_of(n), text) for n, text in enumerate(options)]
        parts.answers = [each for each in found.pieces.get(PieceRole.ANSWER, []) if each]
        parts.explanation = "\n".join(found.pieces.get(PieceRole.EXPLANATION, []))
        parts.details = [each.strip() for each in [*found.between, number] if each.strip()]
        order = [
            each.role for each in layout.parts if each.role in (PieceRole.STEM, PieceRole.OPTION)
        ]
        parts.by_column = order != sorted(order, key=[PieceRole.STEM, PieceRole.OPTION].index)
        if self._section is not None:
            parts.declared, parts.any_number = self._section.type, self._section.any_number
            parts.legend = dict(self._section.legend)
        self.parts.append(parts)

    def _where(self, start: int, end: int) -> Where:
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1)) - 1
        return self._lines[first].where.reaching(self._lines[last].where.first)

    def _outside(self, start: int, end: int) -> None:
        """What stands between two records: headings, and what the layout does not explain."""
        first = bisect_right(self._starts, start) - 1 if start else 0
        unread: list[Line] = []
        for n in range(first, len(self._lines)):
            if self._starts[n] >= end:
                break
            line = self._lines[n]
            if self._starts[n] < start or not line.text.strip():
                continue
            what = classify(line.text)
            if what.kind in (LineKind.HEADING, LineKind.CHAPTER):
                self._unread(unread)
                unread = []
                self._section = what if what.kind is LineKind.HEADING else self._section
                self._sections += 1
                self.notes.append(Note("heading", {"text": line.text.strip()[:80]}, line.where))
            elif what.kind is not LineKind.EMPTY:
                unread.append(line)
        self._unread(unread)

    def _unread(self, lines: list[Line]) -> None:
        """A stretch that does not follow the layout: a record nobody understood, or words above."""
        text = "\n".join(line.text.strip() for line in lines)
        if not lines:
            return
        where = lines[0].where.reaching(lines[-1].where.first)
        if not self.parts:
            self.notes.append(Note("text_outside", {"text": text[:200]}, where))
            return
        parts = Parts(where, stem=text, raw=text, section=self._sections)
        parts.doubt("layout_not_followed")
        self.parts.append(parts)


def _headings(lines: Sequence[Line], starts: Sequence[int]) -> list[int]:
    """Where the lines begin that open a section."""
    return [
        start
        for line, start in zip(lines, starts, strict=True)
        if classify(line.text).kind in (LineKind.HEADING, LineKind.CHAPTER)
    ]


def settle_places(parts: Sequence[Parts], signs: str = "") -> None:
    """Letters for answers that name options by their place or by the signs they are counted by.

    Whether places are counted from 0 or 1 the file must show: an answer 0, or one that is the last.
    """
    for each in parts:
        _settle_signs(each, signs)
    counted = [(each, places) for each in parts if (places := _places(each)) is not None]
    zero = any(0 in places for _, places in counted)
    last = any(len(each.options) in places for each, places in counted)
    for each, places in counted:
        first = 0 if zero else 1
        letters = "".join(LETTERS[n - first] for n in places if 0 <= n - first < len(LETTERS))
        each.answers = [letters]
        if zero == last:
            each.doubt("answer_by_place", answer=letters)


def _settle_signs(each: Parts, signs: str) -> None:
    """Letters for an answer in the signs that its options are counted by: ②, 乙."""
    if not signs or signs.isascii() or not (each.options and each.answers):
        return
    marks = _BETWEEN.sub("", each.answers[0])
    if marks and all(mark in signs[: len(each.options)] for mark in marks):
        each.answers = ["".join(letter_of(signs.index(mark)) for mark in marks)]


def _places(each: Parts) -> list[int] | None:
    """The places that an answer names, where options are there and are no numbers themselves."""
    if not each.options or not each.answers:
        return None
    stated = unicodedata.normalize("NFKC", each.answers[0]).strip()
    if not re.fullmatch(r"\d(?:[\s、,;/|]*\d)*", stated) or any(
        t.strip() == stated for _, t in each.options
    ):
        return None
    return [int(found) for found in re.findall(r"\d", stated)]
