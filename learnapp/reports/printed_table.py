"""A table to be printed, as a workbook and as a document: finished cells in, bytes out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

from question_bank.formats.office.cells import new_workbook, put_row

Cell = str | int | float
_MARGIN_CM, _SHORT_CM, _LONG_CM = 1.5, 21.0, 29.7
_DXA = 567  # twentieths of a point in a centimetre
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AT_ONCE = 500  # rows that are parsed together


@dataclass(frozen=True)
class PrintedTable:
    """A table on A4: title, what it is about, heads with their widths in characters, rows, the lines
    below it (to be signed, most of all)."""

    title: str
    about: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Cell]]
    below: Sequence[str] = ()
    landscape: bool = False
    row_cm: float | None = None  # the least height of a row, where somebody signs in it


def workbook(table: PrintedTable) -> bytes:
    """One sheet that prints on A4 with its head on every page; numbers are numbers."""
    out = io.BytesIO()
    heads = [name for name, _width in table.columns]
    with new_workbook(out) as book:
        page = book.add_worksheet(_sheet_name(table.title))
        put_row(page, 0, (table.title,), book.add_format({"bold": True, "font_size": 14}))
        put_row(page, 1, (table.about,))
        put_row(page, 2, heads, book.add_format({"bold": True, "border": 1, "text_wrap": True}))
        framed = book.add_format({"border": 1})
        for number, row in enumerate(table.rows, 3):
            put_row(page, number, row, framed)
            if table.row_cm:
                page.set_row(number, table.row_cm * 28.35)
        for number, line in enumerate(table.below, len(table.rows) + 4):
            put_row(page, number, (line,))
        for column, (_name, width) in enumerate(table.columns):
            page.set_column(column, column, width)
        page.set_paper(9)
        if table.landscape:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 2)
        page.freeze_panes(3, 0)
    return out.getvalue()


def _sheet_name(title: str) -> str:
    """The title as the name of a sheet: without the signs that Excel refuses, 31 characters at most."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"


def document(table: PrintedTable) -> bytes:
    """A table on A4 whose head repeats on every page, and the lines below it."""
    paper = Document()
    _lay_out(paper, table.landscape)
    heading = paper.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(_plain(table.title))
    run.bold, run.font.size = True, Pt(16)
    if table.about:
        paper.add_paragraph(_plain(table.about)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_table(paper, table)
    paper.add_paragraph()
    for line in table.below:
        paper.add_paragraph(_plain(line))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _lay_out(paper: Any, landscape: bool) -> None:
    """A4 with narrow margins, in the usual face for official papers."""
    section = paper.sections[0]
    sides = (_LONG_CM, _SHORT_CM) if landscape else (_SHORT_CM, _LONG_CM)
    section.page_width, section.page_height = Cm(sides[0]), Cm(sides[1])
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(_MARGIN_CM))
    style = paper.styles["Normal"]
    style.font.size = Pt(9 if landscape else 10.5)  # many narrow columns lie across
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def _add_table(paper: Any, table: PrintedTable) -> None:
    """The rows as XML, some hundred at once: by the library's own cells a long list takes minutes."""
    whole = (_LONG_CM if table.landscape else _SHORT_CM) - 2 * _MARGIN_CM
    share = whole * _DXA / sum(width for _name, width in table.columns)
    widths = [int(width * share) for _name, width in table.columns]
    made = paper.add_table(rows=0, cols=len(widths), style="Table Grid")
    made.autofit = False
    body = made._tbl
    for column, width in zip(body.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(width))
    heads = [name for name, _width in table.columns]
    body.append(*_parsed([_row(heads, widths, "<w:tblHeader/>", "<w:rPr><w:b/></w:rPr>")]))
    height = ""
    if table.row_cm:
        height = f'<w:trHeight w:val="{int(table.row_cm * _DXA)}" w:hRule="atLeast"/>'
    for start in range(0, len(table.rows), _AT_ONCE):
        some = table.rows[start : start + _AT_ONCE]
        for row in _parsed(_row(each, widths, f"<w:cantSplit/>{height}") for each in some):
            body.append(row)


def _parsed(rows: Iterable[str]) -> list[Any]:
    return list(parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>"))


def _row(cells: Sequence[Cell], widths: Sequence[int], about: str, run: str = "") -> str:
    return (
        f"<w:tr><w:trPr>{about}</w:trPr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>'
            f'<w:r>{run}<w:t xml:space="preserve">{escape(_plain(cell))}</w:t></w:r></w:p></w:tc>'
            for cell, width in zip(cells, widths, strict=True)
        )
        + "</w:tr>"
    )


def _plain(cell: Cell) -> str:
    """A cell as text; what no document can hold is left out."""
    if isinstance(cell, int | float):
        return f"{cell:.10g}"
    return _NO_XML.sub("", cell)
