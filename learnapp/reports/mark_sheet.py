"""成绩册 as a workbook and as a document: finished cells in, bytes out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from question_bank.formats.office.cells import new_workbook, put_row

_WIDTHS = (6, 26, 14, 14, 12, 8, 12, 8)


@dataclass(frozen=True)
class MarkSheet:
    """A sheet's texts: title, what it is about, column heads, rows, the line to be signed."""

    title: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    signed: str


def workbook(sheet: MarkSheet) -> bytes:
    """One sheet that prints on A4 with its head on every page."""
    out = io.BytesIO()
    with new_workbook(out) as book:
        page = book.add_worksheet("成绩册")
        put_row(page, 0, (sheet.title,), book.add_format({"bold": True, "font_size": 14}))
        put_row(page, 1, (sheet.about,))
        put_row(page, 2, sheet.columns, book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(sheet.rows, 3):
            put_row(page, number, row)
        put_row(page, len(sheet.rows) + 4, (sheet.signed,))
        for column, width in enumerate(_WIDTHS):
            page.set_column(column, column, width)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 2)
        page.freeze_panes(3, 0)
    return out.getvalue()


def document(sheet: MarkSheet) -> bytes:
    """A table on A4 whose head repeats on every page, and the line to be signed."""
    paper = Document()
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(sheet.title)
    run.bold, run.font.size = True, Pt(16)
    paper.add_paragraph(sheet.about).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = paper.add_table(rows=1, cols=len(sheet.columns), style="Table Grid")
    _fill(table.rows[0].cells, sheet.columns)
    _repeat(table.rows[0])
    for row in sheet.rows:
        _fill(table.add_row().cells, row)
    paper.add_paragraph()
    paper.add_paragraph(sheet.signed)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _fill(cells: Sequence[object], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text  # type: ignore[attr-defined]


def _repeat(row: object) -> None:
    """Mark a row as the head that each page repeats."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]
