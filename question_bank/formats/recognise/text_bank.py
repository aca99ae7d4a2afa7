"""From the lines of a document to the parts of its questions: keys apart, cases shared, all told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from question_bank.formats.recognise.answer_sections import give_keys, part_keys
from question_bank.formats.recognise.line_classifier import ClassifiedLine, LineKind, classify
from question_bank.formats.recognise.lines import UNDERLINE, UNDERLINE_END, Line
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.recogniser import Recogniser
from question_bank.formats.recognise.shared_passages import share_cases
from question_bank.formats.records import Note, Where
from question_bank.kinds import CHOICES, QuestionType

_UNDERLINED = re.compile(f"{UNDERLINE}([^{UNDERLINE}]*?){UNDERLINE_END}")
_STARS = re.compile(r"^\*{1,3}\s+(?=\S)")
_OFTEN = 3


def parts_of(lines: Sequence[Line]) -> tuple[list[Parts], list[Note]]:
    """The parts of every question of a document, and notes on the lines that are none."""
    lines, seen = _classified(lines)
    kept, blocks, notes = part_keys(lines, seen)
    recogniser = Recogniser()
    recogniser.read([lines[place] for place in kept], [seen[place] for place in kept])
    give_keys(recogniser.parts, blocks)
    parts, passages = share_cases(recogniser.parts)
    notes += stars_note(sum(map(drop_star, parts)))
    doubt_strays(parts)
    notes += recogniser.notes + passages + restarts(parts)
    return parts, sorted(notes, key=lambda each: each.where.first or 0)


def _classified(lines: Sequence[Line]) -> tuple[list[Line], list[ClassifiedLine]]:
    """The lines and what each is. Underlined words are blanks filled in under 填空, else words."""
    shown: list[Line] = []
    seen: list[ClassifiedLine] = []
    section: QuestionType | None = None
    for line in lines:
        if UNDERLINE in line.text:
            filled = r"__\1__" if section is QuestionType.FILL_BLANK else r"\1"
            line = Line(_UNDERLINED.sub(filled, line.text), line.where)
        what = classify(line.text)
        if what.kind is LineKind.HEADING:
            section = what.type
        shown.append(line)
        seen.append(what)
    return shown, seen


def drop_star(each: Parts) -> int:
    """Take stray asterisks off a stem (`** 1902年…`); whether there were any."""
    each.stem, count = _STARS.subn("", each.stem)
    return count


def stars_note(dropped: int) -> list[Note]:
    """How many stems lost their asterisks, if any did."""
    return [Note("stars_dropped", {"questions": dropped})] if dropped else []


def doubt_strays(parts: Sequence[Parts]) -> None:
    """Doubt a written answer that ends in words found behind many answers: they were swallowed."""
    behind = Counter(text for each in parts for text in set(each.stray))
    often = {text for text, count in behind.items() if count >= _OFTEN}
    for each in parts:
        lines = each.answers[-1].split("\n") if each.answers else []
        if often and lines and lines[-1] in often and each.declared not in CHOICES:
            each.doubt("answer_with_stray_text", text=lines[-1][:80])


def restarts(parts: Sequence[Parts]) -> list[Note]:
    """A note where numbers begin again at 1 without a heading: two files may have been joined."""
    found = []
    for before, each in pairwise(parts):
        same = each.section == before.section and not each.passage and each.style == before.style
        if same and each.number == 1 and before.number > 1:
            found.append(Note("numbers_restart", {}, Where(paragraph=each.where.first)))
    return found
