"""From the rows below a header to the parts of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.headers import Header, cell_text, header_of
from question_bank.formats.recognise.line_classifier import (
    ClassifiedLine,
    LineKind,
    classify,
    split_options,
)
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.text_bank import drop_star, stars_note
from question_bank.formats.records import Note, Where
from question_bank.options import lettered

# "/" and ">" part a path; a backslash before either, or before another, is an escape.
_STEP = re.compile(r"(?:\\[\\/>＞]|[^/>＞])+")
_ESCAPED = re.compile(r"\\([\\/>＞])")


def read_rows(
    rows: Iterable[Sequence[Any]],
    header: Header,
    sheet: str | None,
    formulas: Mapping[tuple[int, int], bool],
    notes: list[Note],
    first_row: int = 1,
) -> Iterator[Parts]:
    """The questions below a header, row by row; what else is noticed is added to `notes`.

    `formulas` names the cells (row, column from 0) with a formula that has no stored value.
    """
    rows = iter(rows)
    notes += _above(list(islice(rows, header.row + 1)), header, sheet, first_row)
    strange: set[str] = set()
    section: ClassifiedLine | None = None
    before: Parts | None = None
    starred = 0
    for number, row in enumerate(rows, header.row + 1):
        texts = [text for cell in row if (text := cell_text(cell).strip())]
        if not texts and not _needs(header, number, formulas):
            continue
        place = Where(sheet=sheet, row=first_row + number)
        if (heading := _heading(texts, row, header)) is not None:
            section = heading if heading.type is not None else section
            notes.append(Note("heading", {"text": texts[0][:80]}, place))
            continue
        one = _parts(row, header, place, strange)
        if section is not None and one.declared is None and not _cell(row, header, "type"):
            one.declared, one.any_number = section.type, section.any_number
        _share_passage(one, before, row, header)
        for column in _needs(header, number, formulas):
            one.doubt("formula_cell", column=column)
        for column in _dates(row, header):
            one.doubt("date_cell", column=column)
        starred += drop_star(one)
        before = one
        yield one
    notes += stars_note(starred)
    notes += _about_columns(header, strange, Where(sheet, max(1, first_row + header.row)))


def _about_columns(header: Header, strange: set[str], where: Where) -> list[Note]:
    """Notes on columns that were left out, and on difficulties that say nothing."""
    notes = [
        Note("column_ignored", {"column": title}, where)
        for title in header.unknown.values()
        if title
    ]
    if strange:
        notes.append(Note("difficulty_unknown", {"values": sorted(strange)[:10]}, where))
    return notes


def _above(
    rows: Sequence[Sequence[Any]], header: Header, sheet: str | None, first_row: int
) -> list[Note]:
    """Notes on the rows above the header, so that each row is told of."""
    notes = []
    for number, row in enumerate(rows[: max(0, header.row + 1 - header.rows)]):
        text = " ".join(filter(None, (cell_text(cell).strip() for cell in row[:50])))
        if text:
            where = Where(sheet=sheet, row=first_row + number)
            notes.append(Note("text_outside", {"text": text[:200]}, where))
    if header.rows > 1:
        where = Where(sheet=sheet, row=first_row + header.row - 1, until=first_row + header.row)
        notes.append(Note("header_of_two_rows", {}, where))
    return notes


def _heading(texts: Sequence[str], row: Sequence[Any], header: Header) -> ClassifiedLine | None:
    """A row that is a title, or the header again (as on every printed page)."""
    if len(texts) == 1:
        seen = classify(texts[0])
        return seen if seen.kind in (LineKind.HEADING, LineKind.CHAPTER) else None
    again = header_of(row, 0)
    same = again.columns and again.columns.items() <= header.columns.items()
    return ClassifiedLine(LineKind.HEADING) if same and len(again.columns) > 1 else None


def _cell(row: Sequence[Any], header: Header, name: str) -> str:
    column = header.columns.get(name)
    return cell_text(row[column]).strip() if column is not None and column < len(row) else ""


def _share_passage(one: Parts, before: Parts | None, row: Sequence[Any], header: Header) -> None:
    """A passage cell that is merged over its questions stands in the first row only."""
    if "sub_type" not in header.columns:
        return
    if not one.stem:
        one.stem, one.passage = one.passage, ""
    elif not one.passage and before is not None:
        one.passage = before.passage
    if (kind := answers.type_named(_cell(row, header, "sub_type"))) is not None:
        one.declared = kind
        one.reasons = [each for each in one.reasons if each.code != "type_unknown"]


def _columns(header: Header) -> Iterator[tuple[str, int]]:
    yield from (
        (n, c) for n, c in header.columns.items() if n not in ("number", "ignored", "sub_type")
    )
    yield from header.options.items()


def _needs(header: Header, row: int, formulas: Mapping[tuple[int, int], bool]) -> list[str]:
    if not formulas:
        return []
    return [name for name, column in _columns(header) if (row, column) in formulas]


def _dates(row: Sequence[Any], header: Header) -> list[str]:
    """The columns whose cell a spreadsheet turned into a date or a time (1/2, 3-4, 8:30)."""
    return [
        name
        for name, column in _columns(header)
        if column < len(row) and type(row[column]).__module__ == "datetime"
    ]


def _parts(row: Sequence[Any], header: Header, where: Where, strange: set[str]) -> Parts:
    def text(name: str) -> str:
        return _cell(row, header, name)

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
        raw="\t".join(cell_text(cell) for cell in row).strip(),
    )
    if kind and parts.declared is None:
        parts.doubt("type_unknown", type=kind[:40])
    level = text("difficulty")
    parts.difficulty = answers.difficulty_named(level) if level else None
    if level and parts.difficulty is None:
        strange.add(level[:20])
    parts.options = _options(row, header, text("options"), parts)
    return parts


def _options(
    row: Sequence[Any], header: Header, one_cell: str, parts: Parts
) -> list[tuple[str, str]]:
    if one_cell and not header.options:
        before, options = split_options(one_cell, "A")
        if options and not before.strip():
            return [(letter, text.strip(" \n;；|")) for letter, text in options]
        separator = next((each for each in ("\n", "|", "；", ";") if each in one_cell), None)
        texts = one_cell.split(separator) if separator else [one_cell]
        return list(lettered(filter(None, map(str.strip, texts))))
    cells = [
        (letter, cell_text(row[column]).strip() if column < len(row) else "")
        for letter, column in sorted(header.options.items())
    ]
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
