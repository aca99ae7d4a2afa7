"""From one row of a table to the parts of a question, by the columns of its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.headers import Header, cell_text
from question_bank.formats.recognise.option_cells import one_cell, own_letters_off, without_options
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.tick_columns import ticked
from question_bank.formats.records import Where
from question_bank.options import LETTERS

# "/" and ">" part a path; a backslash before either, or before another, is an escape.
_STEP = re.compile(r"(?:\\[\\/>＞]|[^/>＞])+")
_ESCAPED = re.compile(r"\\([\\/>＞])")


def cell_named(row: Sequence[Any], header: Header, name: str) -> str:
    """The text in a named column of a row; empty where there is no such column."""
    column = header.columns.get(name)
    return cell_text(row[column]).strip() if column is not None and column < len(row) else ""


def row_parts(row: Sequence[Any], header: Header, where: Where, strange: set[str]) -> Parts:
    """The parts of the question in a row; difficulties that say nothing are added to `strange`."""

    def text(name: str) -> str:
        return cell_named(row, header, name)

    kind = text("type")
    parts = Parts(
        where,
        declared=answers.type_named(kind) if kind else None,
        any_number="不定项" in kind,
        stem=text("stem"),
        answers=[text("answer")] if text("answer") else [],
        explanation=text("explanation"),
        points=tuple(filter(None, map(str.strip, text("points").split("\n")))),
        source=text("source"),
        category=path(text("category")),
        passage=text("passage"),
        legend=header.legend,
        by_column=True,
        raw="\t".join(cell_text(cell) for cell in row).strip(),
    )
    number = text("number")
    parts.number = int(number) if number.isdecimal() and len(number) < 6 else 0
    if kind and parts.declared is None:
        parts.in_words = answers.names_open_type(kind)
        if not parts.in_words:
            parts.doubt("type_unknown", type=kind[:40])
    level = text("difficulty")
    parts.difficulty = answers.difficulty_named(level) if level else None
    if level and parts.difficulty is None:
        strange.add(level[:20])
    parts.options = _options(row, header, text("options"))
    without_options(parts)
    if header.ticks:
        _take_ticks(parts, row, header)
    elif header.gaps:
        _take_gaps(parts, row, header)
    elif header.first_place is not None and parts.options:
        _take_places(parts, header.first_place)
    return parts


def _take_ticks(parts: Parts, row: Sequence[Any], header: Header) -> None:
    """Take the options that are ticked in columns of their own; what no title names is confirmed."""
    cells = {
        letter: cell_text(row[at]).strip("\t ") if at < len(row) else ""
        for letter, at in header.ticks.items()
    }
    if "" in cells:
        flags = cells[""].split("\n")
        cells = {letter: flag for (letter, _), flag in zip(parts.options, flags, strict=False)}
        parts.doubt("answer_from_ticks", answer=ticked(cells.items()) or "")
    stated = ticked(cells.items())
    if stated is None:
        parts.doubt("answer_unreadable", answer=" ".join(cells.values())[:40])
    elif stated:
        parts.answers = [stated]
        counts = not parts.options and any(each.strip().isdecimal() for each in cells.values())
        if counts or not header.ticks_named:
            parts.doubt("answer_from_ticks", answer=stated)


def _take_gaps(parts: Parts, row: Sequence[Any], header: Header) -> None:
    """Take the answers of a question's gaps, a cell each."""
    cells = [cell_text(row[at]).strip() if at < len(row) else "" for at in header.gaps]
    while cells and not cells[-1]:
        cells.pop()
    several = len(cells) > 1
    parts.answers = ["；".join(map(answers.escape, cells)) if several else "".join(cells)]
    parts.answers = [each for each in parts.answers if each]


def _take_places(parts: Parts, first: int) -> None:
    """Read an answer that gives the places of its options; a person confirms it."""
    stated = "".join(parts.answers)
    places = [int(each) - first for each in re.findall(r"\d", stated)]
    letters = "".join(LETTERS[at] for at in places if 0 <= at < len(parts.options))
    if letters and len(letters) == len(places):
        parts.answers = [letters]
        parts.doubt("answer_by_place", answer=letters)


def _options(row: Sequence[Any], header: Header, together: str) -> list[tuple[str, str]]:
    if together and not header.options:
        return one_cell(together)
    cells = [
        (letter, cell_text(row[column]).strip() if column < len(row) else "")
        for letter, column in sorted(header.options.items())
    ]
    cells = own_letters_off(cells)
    while cells and not cells[-1][1]:
        cells.pop()
    return cells


def path(text: str) -> tuple[str, ...]:
    """A category path such as 刑法/总则; a backslash keeps a separator in a name."""
    steps = (_ESCAPED.sub(r"\1", each.strip()) for each in _STEP.findall(text))
    return tuple(each for each in steps if each)


def path_text(category: Sequence[str]) -> str:
    """The text that `path` reads back as this category."""
    return "/".join(re.sub(r"([\\/>＞])", r"\\\1", each) for each in category)
