"""From the rows below a header to the parts of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.headers import (
    Header,
    MarkedText,
    cell_text,
    column_named,
    header_of,
    is_titled,
    may_be_header,
    titles_of,
)
from question_bank.formats.recognise.line_classifier import classify
from question_bank.formats.recognise.line_kinds import ClassifiedLine, LineKind
from question_bank.formats.recognise.marks import OPTION
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.recognise.row_parts import cell_named, row_parts
from question_bank.formats.recognise.table_keys import opens_key
from question_bank.formats.recognise.text_bank import drop_star, stars_note
from question_bank.formats.records import Note, Where
from question_bank.options import LETTERS

_OWN_NUMBER = re.compile(r"^\s*(\d{1,5})\s*[、.．](?!\d)\s*(?=\S)")


@dataclass(slots=True)
class Cells:
    """What is known of cells beside their values, by row and column from 0.

    `formulas` are those with a formula that has no stored value, `strong` those that stand out.
    `sections` counts headings of a file so far; `stopped` is the row where reading ended before the
    last: another table begins there.
    """

    sheet: str | None = None
    formulas: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    strong: Set[tuple[int, int]] = frozenset()
    section: ClassifiedLine | None = None  # what the name of the sheet or file says of its type
    sections: int = 0
    stopped: int | None = None


def read_rows(
    rows: Iterable[Sequence[Any]],
    header: Header,
    cells: Cells,
    notes: list[Note],
    first_row: int = 1,
) -> Iterator[Parts]:
    """The questions below a header, row by row; what else is noticed is added to `notes`."""
    yield from _RowReader(header, cells, notes, first_row).read(iter(rows))


class _RowReader:
    """Reads the rows below one header."""

    def __init__(self, header: Header, cells: Cells, notes: list[Note], first_row: int) -> None:
        self._header = header
        self._cells = cells
        self._notes = notes
        self._first_row = first_row
        self._section = cells.section
        self._strange: set[str] = set()
        self._outside: list[tuple[Where, str]] = []
        self._see_titles()
        self._before: Parts | None = None
        self._counted = self._own = 0
        cells.sections += 1
        cells.stopped = None

    def read(self, rows: Iterator[Sequence[Any]]) -> Iterator[Parts]:
        header, sheet = self._header, self._cells.sheet
        self._notes += _above(list(islice(rows, header.row + 1)), header, sheet, self._first_row)
        starred = 0
        for number, row in _whole_rows(rows, header):
            row = [MarkedText(cell_text(each)) if type(each) is str else each for each in row]
            texts = [text for cell in row if (text := cell_text(cell).strip())]
            if not texts and not _needs(self._header, number, self._cells.formulas):
                continue
            headed = may_be_header(texts)
            if texts and ((headed and is_beside(row)) or opens_key(texts)):
                self._cells.stopped = number
                break
            if headed and (lower := another_header(row, self._header)) is not None:
                self._notes.append(Note("header_again", {}, self._place(number)))
                self._header = lower
                self._see_titles()
            elif not self._divides(row, texts, number, headed):
                one = self._question(row, number)
                starred += drop_star(one)
                yield one
        self._notes += stars_note(starred)
        where = Where(sheet, max(1, self._first_row + header.row))
        self._notes += _about_columns(header, self._strange, where)
        self._notes += _outside_note(self._outside)

    def _see_titles(self) -> None:
        self._titled = titles_of(self._header)
        columns = range(len(self._titled) + 1)
        self._untitled = next(at for at in columns if at not in self._titled)

    def _place(self, number: int) -> Where:
        return Where(sheet=self._cells.sheet, row=self._first_row + number)

    def _divides(self, row: Sequence[Any], texts: Sequence[str], number: int, headed: bool) -> bool:
        """Whether a row is a heading, whose type holds for the rows below it."""
        heading = _heading(texts, row, self._header, headed)
        if heading is None:
            return False
        if heading.type is not None:
            self._section = heading
        self._cells.sections += 1
        self._notes.append(Note("heading", {"text": texts[0][:80]}, self._place(number)))
        return True

    def _question(self, row: Sequence[Any], number: int) -> Parts:
        header, cells = self._header, self._cells
        one = row_parts(row, header, self._place(number), self._strange)
        one.section = cells.sections
        section = self._section
        if section is not None and one.declared is None and not cell_named(row, header, "type"):
            one.declared, one.any_number = section.type, section.any_number
        _share_passage(one, self._before, row, header)
        _doubt_cells(one, row, header, _needs(header, number, cells.formulas))
        one.strong = _strong(row, number, header, cells)
        self._counted += 1
        self._own = _drop_number(one, self._counted, self._own)
        one.number = one.number or self._own
        if header.row >= 0 and len(row) > self._untitled:
            self._see_outside(row, number)
        self._before = one
        return one

    def _see_outside(self, row: Sequence[Any], number: int) -> None:
        """Keep what stands in columns without any title, so that it is reported."""
        for at, cell in enumerate(row):
            if at not in self._titled and (text := cell_text(cell).strip()):
                self._outside.append((self._place(number), text))


def _outside_note(outside: Sequence[tuple[Where, str]]) -> list[Note]:
    """A note on cells in columns without a title, if there are any."""
    if not outside:
        return []
    params = {"cells": len(outside), "text": outside[0][1][:60]}
    return [Note("cells_outside", params, outside[0][0])]


def is_beside(row: Sequence[Any]) -> bool:
    """Whether a row of titles begins tables side by side: it names a stem more than once."""
    titles = (text for cell in row if is_titled(text := cell_text(cell).strip()))
    return sum(column_named(title) == "stem" for title in titles) > 1


def _whole_rows(
    rows: Iterable[Sequence[Any]], header: Header
) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows below a header with their numbers; options on rows of their own join the row above.

    That is how a merged stem and its options, one below the other, come out of a sheet.
    """
    column = header.columns.get("options")
    in_stem = column is None and not header.options and not header.ticks
    if in_stem:
        column = header.columns.get("stem")
    if column is None or header.options:
        yield from enumerate(rows, header.row + 1)
        return
    held: tuple[int, list[Any]] | None = None
    joined = {column, *header.ticks.values()}
    for number, row in enumerate(rows, header.row + 1):
        filled = {at for at, cell in enumerate(row) if cell_text(cell).strip()}
        own = (
            held is not None
            and column in filled
            and (filled <= joined or _same_question(row, held[1], header, filled - joined))
            and (not in_stem or OPTION.match(cell_text(row[column])) is not None)
        )
        if held is not None and own and column < len(held[1]):
            held[1].extend([""] * (max(joined) + 1 - len(held[1])))
            for at in joined:
                below = cell_text(row[at]) if at < len(row) else ""
                held[1][at] = f"{cell_text(held[1][at])}\n{below}"
            continue
        if held is not None:
            yield held
        held = number, list(row)
    if held is not None:
        yield held


def _same_question(
    row: Sequence[Any], before: Sequence[Any], header: Header, others: Set[int]
) -> bool:
    """Whether a row with one option and its tick says the same again beside them, or its letter."""
    if "" not in header.ticks:
        return False
    texts = {at: (cell_text(row[at]).strip(), _text_at(before, at)) for at in others}
    return all(
        one == other or (one in LETTERS and other in LETTERS) for one, other in texts.values()
    )


def _text_at(row: Sequence[Any], at: int) -> str:
    return cell_text(row[at]).strip() if at < len(row) else ""


def _doubt_cells(
    one: Parts, row: Sequence[Any], header: Header, without_value: Iterable[str]
) -> None:
    """Doubt a question with cells whose text is not what somebody typed: formulas, dates."""
    for column in without_value:
        one.doubt("formula_cell", column=column)
    for column in _dates(row, header):
        one.doubt("date_cell", column=column)


def _strong(row: Sequence[Any], number: int, header: Header, cells: Cells) -> list[str]:
    """The texts of the options whose cells stand out."""
    return [
        cell_text(row[column])
        for column in header.options.values()
        if (number, column) in cells.strong and column < len(row)
    ]


def another_header(row: Sequence[Any], header: Header) -> Header | None:
    """The header that a lower row is, if it orders the columns in another way; else None."""
    lower = header_of(row, header.row)
    if "stem" not in lower.columns or not ("answer" in lower.columns or lower.options):
        return None
    if len(lower.unknown) > len(lower.columns) + len(lower.options):
        return None
    if lower.columns.items() <= header.columns.items():
        return None
    lower.legend = header.legend
    return lower


def _drop_number(one: Parts, counted: int, before: int) -> int:
    """Take the row's own number off a stem, `3、…` in the third row or behind `2、…`; which it was."""
    found = _OWN_NUMBER.match(one.stem)
    if not found:
        return before
    number = int(found.group(1))
    if number in (counted, before + 1, 1):
        one.stem = one.stem[found.end() :]
        return number
    return before


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
    """Notes on the rows above the header, so that each row is reported."""
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


def _heading(
    texts: Sequence[str], row: Sequence[Any], header: Header, headed: bool
) -> ClassifiedLine | None:
    """A row that is a title, or the header again (as on every printed page)."""
    if len(texts) == 1:
        seen = classify(texts[0])
        return seen if seen.kind in (LineKind.HEADING, LineKind.CHAPTER) else None
    if not headed:
        return None
    again = header_of(row, 0)
    same = again.columns and again.columns.items() <= header.columns.items()
    return ClassifiedLine(LineKind.HEADING) if same and len(again.columns) > 1 else None


def _share_passage(one: Parts, before: Parts | None, row: Sequence[Any], header: Header) -> None:
    """A passage cell that is merged over its questions is in the first row only."""
    if "sub_type" not in header.columns:
        return
    if not one.stem:
        one.stem, one.passage = one.passage, ""
    elif not one.passage and before is not None:
        one.passage = before.passage
    if (kind := answers.type_named(cell_named(row, header, "sub_type"))) is not None:
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
