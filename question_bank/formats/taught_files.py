"""Files that are read by a taught layout: their lines or rows, what is learned from marked pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from question_bank.formats.exchange.html_file import read_page
from question_bank.formats.exchange.web_archive import page_of
from question_bank.formats.office.docx_file import read_document
from question_bank.formats.office.pdf_file import read_pdf
from question_bank.formats.office.sheets import rows_of
from question_bank.formats.office.word_xml import word_xml_as_docx
from question_bank.formats.office.workbook_xml import sheets_of_xml
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import Header, cell_text
from question_bank.formats.recognise.learning import learn
from question_bank.formats.recognise.lines import Line, bounded, plain
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.recognise.taught import settle_places, taught_parts
from question_bank.formats.recognise.taught_columns import columns_of
from question_bank.formats.recognise.taught_layout import Example, Layout
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import BankFile, MediaFile, Note, Outcome, Refused, Where
from question_bank.options import lettered

_HEADS = 10
_TITLES_WITHIN = 15
_TEXTS = ("txt", "md", "gift", "aiken")
_SHEETS = ("xlsx", "xls", "csv", "tsv", "sheetxml")

Sheet = tuple[str, list[list[str]]]


@dataclass(slots=True)
class Source:
    """A file as somebody sees it who marks it: lines, or sheets of rows; with its pictures."""

    lines: list[Line] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    media: dict[str, MediaFile] = field(default_factory=dict)

    def shown(self) -> Iterator[str]:
        """The lines; a row as its cells with tabs between."""
        for line in self.lines:
            yield plain(line.text)
        for _, rows in self.sheets:
            yield from ("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def source_of(kind: str, data: bytes) -> Source:
    """The lines or rows of a file; raises Refused for a format that says itself what is what."""
    if kind in _TEXTS:
        texts = decode(data).split("\n")
        return Source(bounded([Line(text, Where(paragraph=n)) for n, text in enumerate(texts, 1)]))
    if kind in ("docx", "wordxml"):
        document = read_document(data if kind == "docx" else word_xml_as_docx(data))
        lines = [
            line
            for block in document.blocks
            for line in ([block] if isinstance(block, Line) else block.lines)
        ]
        return Source(lines, margins=document.margins, media=document.media)
    if kind in ("html", "mht"):
        return Source(read_page(data if kind == "html" else page_of(data))[1])
    if kind == "pdf":
        return Source(read_pdf(data)[0])
    if kind not in _SHEETS:
        raise Refused("layout_not_for", format=kind)
    return Source(sheets=list(_sheets_of(kind, data)))


def _sheets_of(kind: str, data: bytes) -> Iterator[Sheet]:
    if kind == "sheetxml":
        yield from sheets_of_xml(data)
    elif kind in ("csv", "tsv"):
        text = decode(data)
        delimiter = max(",\t;，", key=text[:4000].count)
        yield "", list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    else:
        for name, rows in rows_of(data):
            yield name, [[cell_text(cell) for cell in row] for row in rows]


def read_taught(kind: str, data: bytes, layout: Layout) -> BankFile:
    """The questions of a file by a layout; raises Refused where the layout is for another sort of file."""
    return _read(kind, source_of(kind, data), layout)


def _read(kind: str, source: Source, layout: Layout) -> BankFile:
    if bool(source.sheets) != (layout.columns is not None):
        raise Refused("layout_not_for", format=kind)
    if layout.columns is None:
        parts, notes = taught_parts(source.lines, layout)
    else:
        parts, notes = [], []
        for name, rows in source.sheets:
            header = _header(rows, layout)
            parts += read_rows(rows, header, Cells(name or None), notes)
        settle_places(parts)
    heads = [*source.margins, *islice(filter(str.strip, source.shown()), _HEADS)]
    notes.insert(0, Note("layout_taught", {}))
    form = {"sheetxml": "xls", "wordxml": "docx", "mht": "html"}.get(kind, kind)
    return BankFile(form, [assemble(each) for each in parts], notes, source.media, heads)


def _header(rows: Sequence[Sequence[str]], layout: Layout) -> Header:
    """The columns of a layout as a header, below the row of titles that it knows."""
    titles = list(layout.titles)
    above = next(
        (n for n, row in enumerate(rows[:_TITLES_WITHIN]) if titles and [*row] == titles), -1
    )
    return Header(above, columns=dict(layout.columns or {}), options=dict(lettered(layout.options)))


def learned(kind: str, data: bytes, examples: Sequence[Example]) -> Layout:
    """The layout of the examples under which most of the file is read; raises Refused if there is none."""
    source = source_of(kind, data)
    if source.sheets:
        return columns_of([row for _, rows in source.sheets for row in rows], examples)
    found = learn("\n".join(line.text for line in source.lines), examples)
    return max(found, key=lambda layout: _worth(_read(kind, source, layout)))


def _worth(found: BankFile) -> tuple[int, int]:
    outcomes = [each.outcome for each in found.records]
    ready = sum(each is Outcome.READY for each in outcomes)
    return ready, sum(each is Outcome.TO_CONFIRM for each in outcomes)


def example_from_json(data: dict[str, Any]) -> Example:
    """An example as it came over the wall of the limited process."""
    return Example(**{**data, "options": tuple(data["options"])})
