"""Reading workbooks and delimited text: sheets become rows, rows become parts."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from question_bank.formats.office.empty_cells import repacked
from question_bank.formats.office.sheet_pictures import SheetPictures
from question_bank.formats.office.sheet_tables import Sheets, tables_of
from question_bank.formats.office.sheet_xml import (
    SheetFacts,
    check_part,
    drawn_texts,
    scan_sheet,
    strong_styles,
)
from question_bank.formats.packages.package import OLE, Package, open_package
from question_bank.formats.recognise.headers import FIRST_ROWS, assumed_header, find_header
from question_bank.formats.recognise.line_kinds import ClassifiedLine
from question_bank.formats.recognise.lines import MOST_LINES
from question_bank.formats.recognise.table_areas import Rows
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import Refused

MAIN = "xl/workbook.xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_COLUMNS = 500


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
        lean = {part: each.lean for part, each in scanned.items() if each.lean is not None}
        read = repacked(package, lean) if lean else data
        return tables_of(_rows_of(read), found, facts, pictures)


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
