"""Keys whose answers have no numbers, or words for answers, below the questions that wait for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.recognise.key_entries import (
    TITLE,
    KeyBlock,
    KeyEntry,
    KeySection,
    words_in_a_row,
)
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.lines import Line
from question_bank.formats.recognise.parts import bracket_answers
from question_bank.kinds import QuestionType

_FEWEST = 3
_IN_ORDER = re.compile(r"^(?:[A-H][\s、,，]*)+$|^(?:[√×✓✗对错TF][\s、,，]*)+$")
_SIGN = re.compile(r"[A-H√×✓✗对错TF]")
_ROW = re.compile(r"^1\s*[.．、]\s*(\S.*)$")


def key_without_numbers(
    lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int
) -> tuple[KeyBlock, int] | None:
    """A key of as many answers as questions wait above it, and the line behind it.

    Either one sign a question in their order, `答案：ABAC`, which a person confirms, or numbered
    words in a row, `答案：1.甲 2.乙`.
    """
    titled = TITLE.match(lines[place].text.strip()) is not None
    if not titled and seen[place].kind is not LineKind.ANSWER:
        return None
    at = _following(seen, place) if titled else place
    if at is None:
        return None
    stated = lines[at].text.strip() if titled else seen[at].value.strip()
    row = _ROW.match(stated)
    if row is None and not _IN_ORDER.match(stated):
        return None
    waiting = _waiting_above(lines, seen, place)
    if len(waiting) < _FEWEST:
        return None
    if row is not None:
        entries = words_in_a_row(1, row.group(1))
        if [each.number for each in entries] != waiting:
            return None
        section = KeySection(lines[at].where, None, entries)
    else:
        signs = _SIGN.findall(stated)
        if len(signs) != len(waiting):
            return None
        entries = [KeyEntry(number, sign) for number, sign in zip(waiting, signs, strict=True)]
        section = KeySection(lines[at].where, None, entries, in_order=True)
    where = lines[place].where.reaching(lines[at].where.paragraph)
    return KeyBlock(where, [section]), at + 1


def _waiting_above(lines: Sequence[Line], seen: Sequence[ClassifiedLine], place: int) -> list[int]:
    """The numbers, from 1 on, of the questions above a line up to the last answer or heading."""
    numbers: list[int] = []
    for n in range(place - 1, -1, -1):
        what = seen[n]
        if what.kind is LineKind.ANSWER or bracket_answers(lines[n].text):
            break
        if what.kind is LineKind.HEADING:
            if what.type is QuestionType.MULTIPLE:
                return []
            break
        if what.kind is LineKind.NUMBER and what.name != "point":
            numbers.append(what.number)
            if what.number == 1:
                break
    numbers.reverse()
    return numbers if numbers == list(range(1, len(numbers) + 1)) else []


def _following(seen: Sequence[ClassifiedLine], place: int) -> int | None:
    return next(
        (i for i in range(place + 1, len(seen)) if seen[i].kind is not LineKind.EMPTY), None
    )
