"""Options that several questions share: they stand above their questions, as in B1 and 配伍 types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.marks import split_options
from question_bank.formats.recognise.parts import Parts, bracket_answers
from question_bank.formats.records import Note

# （1～3题共用备选答案）, [1-3], 共用备选答案.
_RANGE = r"第?\s*\d{1,4}\s*[-–—~～至到、]\s*\d{1,4}\s*(?:小?题)?\s*"
_SHARED = r"(?:共用|共享|公用|使用)(?:以下|下列)?的?(?:备选答案|备选项|选项|答案)"
_ANNOUNCED = re.compile(
    rf"^[（(\[【]\s*{_RANGE}(?:{_SHARED})?\s*[)）\]】][:：]?$"
    rf"|^[（(\[【]?\s*(?:{_RANGE})?[一-鿿]{{0,4}}{_SHARED}[一-鿿]{{0,4}}\s*[)）\]】]?[:：]?$"
)
_OF_SHARED = re.compile("B[1-4]?型|配伍|匹配|共用备选|共用选项")
_FEWEST = 2
_SHARED_LINE = ClassifiedLine(LineKind.EMPTY, name="shared")
_BETWEEN = (LineKind.ANSWER, LineKind.EXPLANATION, LineKind.DETAIL, LineKind.TEXT)
_OF_OPTIONS = (LineKind.OPTION, LineKind.EMPTY, LineKind.TEXT)
_OF_QUESTIONS = (LineKind.NUMBER, LineKind.EMPTY, *_BETWEEN)


@dataclass(slots=True)
class SharedOptions:
    """Options and the lines they stand on; the lines of the questions that share them.

    `sure` is whether the file says that they are shared, or only their order does.
    """

    places: list[int]
    options: list[tuple[str, str]]
    sure: bool
    first: int = 0
    until: int = 0
    lines: list[Line] = field(default_factory=list)


def shared_options(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> list[SharedOptions]:
    """The groups of options that stand above at least two numbered questions without any."""
    found: list[SharedOptions] = []
    sections: dict[int, bool] = {}  # where a section begins, whether its options come first
    section, of_shared = -1, False
    before: int | None = None
    place = 0
    while place < len(seen):
        what = seen[place]
        if what.kind is LineKind.EMPTY:
            place += 1
            continue
        if what.kind is LineKind.HEADING:
            section, of_shared = place, _OF_SHARED.search(lines[place].text) is not None
        if what.kind is LineKind.OPTION and what.letter == "A":
            announced = before is not None and _announces(lines[before])
            fits = announced or section not in sections or _parted(lines, seen, before)
            if sections.get(section, True) and fits and _opens(seen, before, announced):
                group = _group(lines, seen, place, announced or of_shared)
                if group is not None:
                    group.places += [before] if announced and before is not None else []
                    sections[section] = True
                    found.append(group)
                    before, place = group.places[-1], group.first
                    continue
        if what.kind is LineKind.NUMBER:
            sections.setdefault(section, False)
        before = place
        place += 1
    return found


def _announces(line: Line) -> bool:
    return len(line.text) <= 40 and _ANNOUNCED.match(line.text.strip()) is not None


def _opens(seen: Sequence[ClassifiedLine], before: int | None, announced: bool) -> bool:
    """Whether options behind this line may belong to nothing above them."""
    if before is None or announced:
        return True
    return seen[before].kind in (*_BETWEEN, LineKind.HEADING, LineKind.NUMBER)


def _parted(lines: Sequence[Line], seen: Sequence[ClassifiedLine], before: int | None) -> bool:
    """Whether the question above was over: it has its answer."""
    if before is None:
        return True
    kind = seen[before].kind
    answered = kind is LineKind.NUMBER and bool(bracket_answers(lines[before].text))
    return answered or kind in (LineKind.ANSWER, LineKind.EXPLANATION, LineKind.DETAIL)


def _group(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int, sure: bool
) -> SharedOptions | None:
    """The options that begin here, if questions that have none follow them."""
    places: list[int] = []
    options: list[tuple[str, str]] = []
    while place < len(seen) and seen[place].kind in _OF_OPTIONS:
        text = lines[place].text.strip()
        if seen[place].kind is LineKind.TEXT:
            if not options or text[-1:] in "：:？?":
                break
            letter, before = options[-1]
            options[-1] = letter, f"{before}\n{text}"
            places.append(place)
        elif seen[place].kind is LineKind.OPTION:
            letter = seen[place].letter
            options += split_options(text, letter)[1] or [(letter, seen[place].value.strip())]
            places.append(place)
        place += 1
    letters = [letter for letter, _ in options]
    if len(options) < 2 or letters != [chr(ord("A") + n) for n in range(len(letters))]:
        return None
    until = _questions_end(lines, seen, place)
    return None if until is None else SharedOptions(places, options, sure, place, until)


def _questions_end(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> int | None:
    """Where the numbered questions without options end that begin here; None where they are too few."""
    numbers: list[int] = []
    while place < len(seen) and seen[place].kind in _OF_QUESTIONS and not _announces(lines[place]):
        if seen[place].kind is LineKind.NUMBER:
            numbers.append(place)
        elif seen[place].kind in _BETWEEN and not numbers:
            return None
        place += 1
    after = seen[place] if place < len(seen) else None
    if after is not None and after.kind is LineKind.OPTION and numbers:
        last = next(n for n in range(place - 1, -1, -1) if seen[n].kind is not LineKind.EMPTY)
        if not _parted(lines, seen, last):
            place = numbers.pop()  # a question of its own, whose options follow it
    return place if len(numbers) >= _FEWEST else None


def without_shared(
    lines: Sequence[Line], seen: list[ClassifiedLine], groups: Sequence[SharedOptions]
) -> list[Note]:
    """Take the lines of shared options out of those that are read; a note for each group."""
    notes = []
    for group in groups:
        group.lines = [lines[place] for place in sorted(group.places)]
        for place in group.places:
            seen[place] = _SHARED_LINE
        text = " ".join(line.text.strip() for line in group.lines)
        notes.append(Note("options_above", {"text": text[:80]}, group.lines[0].where))
    return notes


def give_shared(
    parts: Sequence[Parts], lines: Sequence[Line], groups: Sequence[SharedOptions]
) -> None:
    """Give each question the options that stand above it, where it has none of its own."""
    for group in groups:
        last = lines[group.places[0]].where.at
        until = lines[group.until].where.at if group.until < len(lines) else None
        raw = "\n".join(line.text.strip() for line in group.lines if not _announces(line))
        for each in parts:
            behind = each.where.at > last and (until is None or each.where.at < until)
            if not behind or each.options or each.passage_opens:
                continue
            each.options = list(group.options)
            each.raw = f"{each.raw}\n{raw}"
            if not group.sure:
                each.doubt("options_shared")
