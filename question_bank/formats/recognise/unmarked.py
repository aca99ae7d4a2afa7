"""Options and answers that bear no mark of their own: readings that the whole file has to bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.marks import split_options
from question_bank.options import letter_of

Marks = dict[int, ClassifiedLine]

_LETTER = re.compile(r"^[A-H]$")
_PLACES = re.compile(r"^[(（]?\d(?:[\s,，、;；]*\d)*[)）]?[。.]?$")
_BULLET = re.compile(r"^[○□◯◻☐⬜●■◆·•*\-–—]\s*")
_TICKED = re.compile(r"[（(\[【]\s*(?:正确(?:答案|选项)?|√|✓)\s*[)）\]】]\s*$|[√✓✔]\s*$")
_MOST_OPTIONS = 8
_FEWEST_LETTERED = 3
_LONGEST_OPTION = 120
_LONGEST_ANSWER = 16
# Fewer than one line in so many is no way in which a file writes its options.
_FEW = 50


def unmarked_options(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Lines between a stem and its answer, read as options that lost their letters."""
    found: Marks = {}
    for run, answer in _runs(seen, (LineKind.TEXT,)):
        texts = [_BULLET.sub("", lines[place].text.strip()) for place in run]
        if not 2 <= len(run) <= _MOST_OPTIONS or max(map(len, texts)) > _LONGEST_OPTION:
            continue
        if _chosen(seen, answer, texts):
            found |= _as_options(run, texts)
    return found if len(found) * _FEW >= len(lines) else {}


def counted_options(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Lines that count 1), 2) below a stem whose answer is such a number, read as options."""
    found: Marks = {}
    for run, answer in _runs(seen, (LineKind.NUMBER,)):
        numbers = [seen[place].number for place in run]
        if answer is None or len(run) < 2 or numbers != list(range(1, len(run) + 1)):
            continue
        stated = seen[answer].value.strip()
        places = [int(each) for each in re.findall(r"\d", stated)]
        named = answers.as_letters(stated) if len(run) >= _FEWEST_LETTERED else None
        if named and max(named) <= letter_of(len(run) - 1):
            found |= _as_options(run, [seen[place].value for place in run])
            continue
        if not _PLACES.match(stated) or not all(1 <= place <= len(run) for place in places):
            continue
        found |= _as_options(run, [seen[place].value for place in run])
        letters = "".join(letter_of(place - 1) for place in places)
        found[answer] = ClassifiedLine(LineKind.ANSWER, letters)
    return found


def letters_alone(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Letters on lines of their own that count from A, read as the marks of what is below them."""
    found: Marks = {}
    run: list[int] = []
    for place, what in enumerate(seen):
        text = lines[place].text.strip()
        if _LETTER.match(text) and text == letter_of(len(run)):
            run.append(place)
        elif run and _is_bare_number(what):
            found[place] = ClassifiedLine(LineKind.TEXT, text)
        elif what.kind in (LineKind.NUMBER, LineKind.ANSWER, LineKind.HEADING):
            found |= _letters(run)
            run = []
    return found | _letters(run)


def lone_answers(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Lines that A: opens, read as answers where no other letter opens any."""
    at = [place for place, what in enumerate(seen) if what.kind is LineKind.OPTION]
    if len(at) < 2 or any(
        seen[place].letter != "A" or len(split_options(lines[place].text, "A")[1]) > 1
        for place in at
    ):
        return {}
    return {place: ClassifiedLine(LineKind.ANSWER, seen[place].value) for place in at}


def answers_alone(lines: Sequence[Line], seen: Sequence[ClassifiedLine]) -> Marks:
    """Lines of nothing but letters or a sign behind options or a stem, read as their answers."""
    found: Marks = {}
    before: ClassifiedLine | None = None
    spoken = [place for place, what in enumerate(seen) if what.kind is not LineKind.EMPTY]
    for place, after in zip_longest(spoken, spoken[1:]):
        what, text = seen[place], lines[place].text.strip()
        asked = before is not None and before.kind in (LineKind.OPTION, LineKind.NUMBER)
        if asked and what.kind is LineKind.TEXT and _is_answer(text):
            stated = after is not None and (
                seen[after].kind is LineKind.ANSWER or _is_answer(lines[after].text.strip())
            )
            if not stated:
                found[place] = ClassifiedLine(LineKind.ANSWER, text)
        before = what
    return found


def _is_bare_number(what: ClassifiedLine) -> bool:
    """Whether a line is a number and nothing else: an id, or an option that is one."""
    return what.kind is LineKind.NUMBER and not (what.value or what.style or what.name)


def _is_answer(text: str) -> bool:
    if len(text) > _LONGEST_ANSWER:
        return False
    return answers.as_letters(text) is not None or answers.as_truth(text, sure=True) is not None


def _letters(run: Sequence[int]) -> Marks:
    if len(run) < 2:
        return {}
    return {
        place: ClassifiedLine(LineKind.OPTION, "", letter=letter_of(n))
        for n, place in enumerate(run)
    }


def _as_options(run: Sequence[int], texts: Sequence[str]) -> Marks:
    return {
        place: ClassifiedLine(LineKind.OPTION, text, letter=letter_of(n), name="unmarked")
        for n, (place, text) in enumerate(zip(run, texts, strict=True))
    }


def _chosen(seen: Sequence[ClassifiedLine], answer: int | None, texts: Sequence[str]) -> bool:
    """Whether an answer chooses among the lines, or ticks behind them do."""
    if answer is None:
        return any(_TICKED.search(text) for text in texts)
    stated = seen[answer].value.strip()
    letters = answers.as_letters(stated)
    marks = {letter_of(n) for n in range(len(texts))}
    return stated in texts or (letters is not None and set(letters) <= marks)


def _runs(
    seen: Sequence[ClassifiedLine], kinds: Sequence[LineKind]
) -> Iterator[tuple[list[int], int | None]]:
    """The lines of these kinds between each numbered stem and its answer, and where that is."""
    run: list[int] = []
    style: str | None = None
    for place, what in enumerate(seen):
        if what.kind is LineKind.EMPTY:
            continue
        within = style is not None and (
            (_is_bare_number(what) and style != "" and LineKind.TEXT in kinds)
            or (what.style != style and what.number == len(run) + 1 and LineKind.NUMBER in kinds)
        )
        opens = what.kind is LineKind.NUMBER and not within
        if opens:
            if style is not None:
                yield run, None
            run, style = [], what.style
        elif style is not None and (what.kind in kinds or within):
            run.append(place)
        elif what.kind is LineKind.ANSWER and style is not None:
            yield run, place
            run, style = [], None
        else:
            run, style = [], None
    if style is not None:
        yield run, None
