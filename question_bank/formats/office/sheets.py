"""Reading workbooks and delimited text: sheets become rows, rows become parts."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from question_bank.formats.compact_list import Packed
from question_bank.formats.office.sheet_pictures import SheetPictures, floating_by_row, put_pictures
from question_bank.formats.office.sheet_xml import (
    SheetFacts,
    check_part,
    drawn_texts,
    scan_sheet,
    strong_styles,
)
from question_bank.formats.packages.package import OLE, Package, open_package
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import (
    FIRST_ROWS,
    Header,
    MarkedText,
    assumed_header,
    cell_text,
    find_header,
    place_counted_from,
    turned_rows,
)
from question_bank.formats.recognise.headings import type_in_name
from question_bank.formats.recognise.line_kinds import ClassifiedLine
from question_bank.formats.recognise.lines import MOST_LINES, Line, bounded
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.recognise.text_bank import parts_of
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import MediaFile, Note, Record, Refused, Where

# What can be gone through more than once, a row at a time.
Rows = Iterable[Sequence[Any]]

MAIN = "xl/workbook.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NAMELESS = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)
_MOST_COLUMNS = 500
_HEAD_ROWS = 5


@dataclass(slots=True)
class Sheets:
    """What the sheets of one file held."""

    records: Packed[Record] = field(default_factory=Packed)
    notes: list[Note] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)
    section: ClassifiedLine | None = None  # what the name of the file says of its type


def read_workbook(data: bytes | Path, section: ClassifiedLine | None = None) -> Sheets:
    """The questions of an .xlsx file; raises Refused if it must not or cannot be read.

    `section` is what its name says of the type of its questions.
    """
    with open_package(data, MAIN) as package:
        scanned = _scanned(package)
        parts = dict(_sheet_parts(package))
        facts = {name: scanned[part] for name, part in parts.items()}
        found = Sheets(heads=drawn_texts(package), section=section)
        pictures = SheetPictures(package, found.media)
        for name, part in parts.items():
            facts[name].pictures = pictures.floating(part)
        return tables_of(_rows_of(data), found, facts, pictures)


def _scanned(package: Package) -> dict[str, SheetFacts]:
    """What each sheet's XML holds; raises Refused unless all that calamine may read is harmless.

    Every part that could be a sheet is looked at, not only those that the book names: calamine finds
    parts by its own rules (it takes any case, for one).
    """
    facts = {}
    strong = strong_styles(package)
    for name in package.names:
        lower = name.lower().replace("\\", "/")
        if re.search(r"(?:^|/)(?:work|chart|dialog|macro)sheets/[^/]+$", lower):
            facts[name] = scan_sheet(package, name, strong)
        elif lower.endswith((".xml", ".rels")) and lower.startswith("xl/"):
            check_part(package, name)
    for _, part in _sheet_parts(package):
        if part not in facts:
            facts[part] = scan_sheet(package, part, strong)
    return facts


def tables_of(
    sheets: Iterable[tuple[str, Rows]],
    found: Sheets | None = None,
    facts: Mapping[str, SheetFacts] | None = None,
    pictures: SheetPictures | None = None,
) -> Sheets:
    """The questions of named tables; raises Refused if none of them has a header."""
    found = Sheets() if found is None else found
    tables = [
        (name, rows)
        for name, rows in sheets
        if any(cell not in ("", None) for row in rows for cell in row)
    ]
    if not tables:
        raise Refused("empty_sheet")
    for name, rows in tables:
        table = _Table(name, rows, (facts or {}).get(name, SheetFacts()), len(tables) > 1)
        _take(found, table, pictures)
    if sum(note.code == "sheet_without_header" for note in found.notes) == len(tables):
        first = [" ".join(map(cell_text, row))[:60] for row in islice(tables[0][1], 3)]
        raise Refused("unknown_header", sheets=[name for name, _ in tables][:10], lines=first)
    return found


@dataclass(frozen=True, slots=True)
class _Table:
    """A named table of a file, what its XML holds beside the cells, and whether it has others beside
    it."""

    name: str
    rows: Rows
    facts: SheetFacts
    one_of_many: bool


def _take(found: Sheets, table: _Table, pictures: SheetPictures | None) -> None:
    """Add one table's records: each row is read, judged and packed before the next is made."""
    name, facts = table.name, table.facts
    rows: Rows = table.rows
    first: Sequence[Sequence[Any]] = list(islice(rows, FIRST_ROWS))
    starts: list[int] = []
    header = find_header(first)
    if header is None and (upright := turned_rows(rows, first)) is not None:
        starts = [
            n for n, row in enumerate(rows, 1) if cell_text(row[:1] and row[0]) == upright[0][0]
        ]
        rows, first = upright, upright[:FIRST_ROWS]
        header = find_header(first)
    head = first[:_HEAD_ROWS] if header is None else first[: header.row]
    header = header or assumed_header(first)
    found.heads += facts.margins + [cell_text(cell) for row in head for cell in row]
    if header is None:
        _take_lines(found, name, rows)
        return
    header.first_place = place_counted_from(first, header)
    by_sheet = table.one_of_many and "category" not in header.columns and not _NAMELESS.match(name)
    shown = _with_pictures(rows, header, facts, pictures)
    cells = Cells(name or None, facts.formulas, facts.strong, type_in_name(name) or found.section)
    for each in read_rows(shown, header, cells, found.notes):
        if header.row < 0:
            each.doubt("header_assumed")
        if by_sheet:
            each.category = (name,)
        if starts:  # a question's first row, where titles stand beside their cells
            each.where = Where(sheet=name or None, row=starts[(each.where.row or 2) - 2])
        found.records.append(assemble(each))


def _take_lines(found: Sheets, name: str, rows: Rows) -> None:
    """A table without any header: its cells are lines of text, if questions stand in them."""
    lines = [
        Line(line, Where(sheet=name or None, row=number))
        for number, row in enumerate(rows, 1)
        for cell in row
        if (text := cell_text(cell).strip())
        for line in text.split("\n")
    ]
    parts, notes = parts_of(bounded(lines))
    if not any(each.options or each.answers for each in parts):
        found.notes.append(Note("sheet_without_header", {}, Where(sheet=name or None)))
        return
    found.notes += [Note("table_as_lines", {}, Where(sheet=name or None)), *notes]
    columns = {n for row in rows for n, cell in enumerate(row) if cell_text(cell).strip()}
    for each in parts:
        if len(columns) > 1:
            each.doubt("header_assumed")
        found.records.append(assemble(each))


def _with_pictures(
    rows: Rows, header: Header, facts: SheetFacts, pictures: SheetPictures | None
) -> Rows:
    """The rows with the marks of their pictures in them."""
    if pictures is None or not (facts.pictures or pictures.in_cells):
        return rows
    return _marked(rows, header, facts, pictures)


def _marked(
    rows: Rows, header: Header, facts: SheetFacts, pictures: SheetPictures
) -> Iterator[Sequence[Any]]:
    columns = {*header.columns.values(), *header.options.values()}
    by_row = floating_by_row(facts.pictures, columns, header.columns["stem"])
    for number, row in enumerate(rows):
        cells = list(row)
        if number > header.row:
            for column, cell in enumerate(cells):
                if isinstance(cell, str) and (named := pictures.named(cell)) is not None:
                    cells[column] = MarkedText(named)
        put_pictures(cells, by_row.get(number, ()))
        yield cells


def read_old_workbook(data: bytes) -> Sheets:
    """The questions of an .xls file; raises Refused if it must not or cannot be read."""
    if not data.startswith(OLE):
        raise Refused("wrong_type")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Refused("macros")
    return tables_of(rows_of(data))


def rows_of(data: bytes | Path) -> Iterator[tuple[str, Rows]]:
    """Each sheet's name and its rows from the first; raises Refused if they cannot be read."""
    if isinstance(data, Path) or not data.startswith(OLE):
        with open_package(data, MAIN) as package:
            _scanned(package)
    yield from _rows_of(data)


def _rows_of(data: bytes | Path) -> Iterator[tuple[str, Rows]]:
    """As `rows_of`, of a workbook that was looked through.

    It is read from a file: from memory the reader would copy all of it.
    """
    if isinstance(data, Path):
        yield from _rows_in(str(data))
        return
    with tempfile.NamedTemporaryFile(suffix=".xls" if data.startswith(OLE) else ".xlsx") as file:
        file.write(data)
        file.flush()
        yield from _rows_in(file.name)


def _rows_in(path: str) -> Iterator[tuple[str, Rows]]:
    try:
        with Path(path).open("rb") as file, CalamineWorkbook.from_filelike(file) as workbook:
            for name in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(name)
                if sheet.total_height > MOST_LINES:
                    raise Refused("too_large", rows=sheet.total_height, limit=MOST_LINES)
                yield name, _SheetRows(sheet)
    except (CalamineError, ValueError, OSError) as wrong:
        raise Refused("broken_file", part="workbook") from wrong


class _SheetRows:
    """The rows of a sheet from the first, made again each time they are gone through.

    calamine begins with the first row and the first column that are not empty.
    """

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        first, left = sheet.start if sheet.start is not None else (0, 0)
        self._first = min(first, MOST_LINES)
        self._margin: list[Any] = [""] * min(left, _MOST_COLUMNS)

    def __iter__(self) -> Iterator[list[Any]]:
        yield from ([] for _ in range(self._first))
        for row in self._sheet.iter_rows():
            cells = [*self._margin, *row][:_MOST_COLUMNS]
            while cells and cells[-1] == "":
                cells.pop()
            yield cells


def _sheet_parts(package: Package) -> list[tuple[str, str]]:
    """The name of each sheet and the member that holds it."""
    book = package.xml(MAIN)
    relations = package.xml("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return []
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    parts = {name.lower(): name for name in package.names}
    found: list[tuple[str, str]] = []
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(f"{_R}id", ""), "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if name not in package.names and (name := parts.get(name.lower(), "")) == "":
            continue
        found.append((sheet.get("name", ""), name))
    return found


def read_delimited(data: bytes) -> Sheets:
    """The questions of a .csv or .tsv file; raises Refused if it is no table of questions."""
    text = decode(data)
    tables = []
    for delimiter in _delimiters(text):
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        if len(rows) > MOST_LINES:
            raise Refused("too_large", rows=len(rows), limit=MOST_LINES)
        tables.append(rows)
        if find_header(rows[:FIRST_ROWS]) is not None:
            return tables_of([("", rows)])
    for rows in tables:
        if assumed_header(rows[:FIRST_ROWS]) is not None:
            return tables_of([("", rows)])
    first = [line[:60] for line in text.split("\n")[:3]]
    raise Refused("unknown_header", sheets=[], lines=first)


def _delimiters(text: str) -> list[str]:
    """The separators to try, most frequent in the first lines first."""
    head = text[:4000]
    return sorted(",\t;，", key=lambda each: -head.count(each))
