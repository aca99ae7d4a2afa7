"""Reading workbooks and delimited text: sheets become rows, rows become parts."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from question_bank.formats.assemble import Parts
from question_bank.formats.headers import Header, Marked, assumed_header, cell_text, find_header
from question_bank.formats.lines import MOST_LINES
from question_bank.formats.package import OLE, Package, open_package
from question_bank.formats.records import MediaFile, Note, Refused, Where
from question_bank.formats.sheet_pictures import SheetPictures, put_pictures
from question_bank.formats.sheet_xml import SheetFacts, drawn_texts, scan_sheet
from question_bank.formats.tables import read_rows
from question_bank.formats.text_file import decode

MAIN = "xl/workbook.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NAMELESS = re.compile(r"^(?:sheet|工作表|表)\s*\d*$", re.IGNORECASE)
_MOST_COLUMNS = 500
_HEAD_ROWS = 5


@dataclass(slots=True)
class Sheets:
    """What the sheets of one file held."""

    parts: list[Parts] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)


def read_workbook(data: bytes) -> Sheets:
    """The questions of an .xlsx file; raises Refused if it must not or cannot be read."""
    with open_package(data, MAIN) as package:
        parts = dict(_sheet_parts(package))
        facts = {name: scan_sheet(package, part) for name, part in parts.items()}
        strings = package.read("xl/sharedStrings.xml")
        if strings is not None and b"<!DOCTYPE" in strings[:4096]:
            raise Refused("broken_file", part="doctype")
        found = Sheets(heads=drawn_texts(package))
        pictures = SheetPictures(package, found.media)
        for name, part in parts.items():
            facts[name].pictures = pictures.floating(part)
        return tables_of(rows_of(data), found, facts, pictures)


def tables_of(
    sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]],
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
        told = (facts or {}).get(name, SheetFacts())
        _take(found, name, rows, told, len(tables) > 1, pictures)
    if sum(note.code == "sheet_without_header" for note in found.notes) == len(tables):
        raise Refused("unknown_header", sheets=[name for name, _ in tables][:10])
    return found


def _take(
    found: Sheets,
    name: str,
    rows: Sequence[Sequence[Any]],
    facts: SheetFacts,
    one_of_many: bool,
    pictures: SheetPictures | None,
) -> None:
    header = find_header(rows)
    head = rows[:_HEAD_ROWS] if header is None else rows[: header.row]
    header = header or assumed_header(rows)
    found.heads += facts.margins + [cell_text(cell) for row in head for cell in row]
    if header is None:
        found.notes.append(Note("sheet_without_header", {}, Where(sheet=name or None)))
        return
    rows = _with_pictures(rows, header, facts, pictures)
    parts, notes = read_rows(rows, header, name or None, facts.formulas)
    if header.row < 0:
        for each in parts:
            each.doubt("header_assumed")
    if one_of_many and "category" not in header.columns and not _NAMELESS.match(name):
        for each in parts:
            each.category = (name,)
    found.parts += parts
    found.notes += notes


def _with_pictures(
    rows: Sequence[Sequence[Any]],
    header: Header,
    facts: SheetFacts,
    pictures: SheetPictures | None,
) -> Sequence[Sequence[Any]]:
    """The rows with the marks of their pictures in them."""
    if pictures is None or not (facts.pictures or pictures.in_cells):
        return rows
    shown = [list(row) for row in rows]
    for row in shown[header.row + 1 :]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (named := pictures.named(cell)) is not None:
                row[column] = Marked(named)
    if facts.pictures:
        columns = {*header.columns.values(), *header.options.values()}
        put_pictures(shown, facts.pictures, columns, header.columns["stem"])
    return shown


def read_old_workbook(data: bytes) -> Sheets:
    """The questions of an .xls file; raises Refused if it must not or cannot be read."""
    if not data.startswith(OLE):
        raise Refused("wrong_type")
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused("encrypted")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise Refused("macros")
    return tables_of(rows_of(data))


def rows_of(data: bytes) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """Each sheet's name and its rows from the first; raises Refused if they cannot be read.

    The workbook is read from a file of its own: from memory the reader would copy all of it.
    """
    suffix = ".xls" if data.startswith(OLE) else ".xlsx"
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        try:
            with CalamineWorkbook.from_path(file.name) as workbook:
                for name in workbook.sheet_names:
                    sheet = workbook.get_sheet_by_name(name)
                    if sheet.total_height > MOST_LINES:
                        raise Refused("too_large", rows=sheet.total_height, limit=MOST_LINES)
                    yield name, _rows(sheet)
        except (CalamineError, ValueError, OSError) as wrong:
            raise Refused("broken_file", part="workbook") from wrong


def _rows(sheet: CalamineSheet) -> list[list[Any]]:
    """The rows from the first; calamine begins with the first that is not empty."""
    first = sheet.start[0] if sheet.start is not None else 0
    left = sheet.start[1] if sheet.start is not None else 0
    rows: list[list[Any]] = [[] for _ in range(min(first, MOST_LINES))]
    margin: list[Any] = [""] * min(left, _MOST_COLUMNS)
    for row in sheet.iter_rows():
        cells = [*margin, *row][:_MOST_COLUMNS]
        while cells and cells[-1] == "":
            cells.pop()
        rows.append(cells)
    return rows


def _sheet_parts(package: Package) -> list[tuple[str, str]]:
    """The name of each sheet and the member that holds it."""
    book = package.xml(MAIN)
    relations = package.xml("xl/_rels/workbook.xml.rels")
    if book is None or relations is None:
        return []
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    found = []
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(f"{_R}id", ""), "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if name in package.names:
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
        if find_header(rows) is not None:
            return tables_of([("", rows)])
    for rows in tables:
        if assumed_header(rows) is not None:
            return tables_of([("", rows)])
    raise Refused("unknown_header", sheets=[])


def _delimiters(text: str) -> list[str]:
    """The separators to try, most frequent in the first lines first."""
    head = text[:4000]
    return sorted(",\t;，", key=lambda each: -head.count(each))
