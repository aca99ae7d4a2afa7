"""A document in the body layout of GB/T 9704: title, paragraphs, tables; finished texts in, bytes out.

Title 二号小标宋, body 三号仿宋, headings 黑体, 22 lines of 28 characters to an A4 page. No 红头, 文号 or 印章:
these come from the office system.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

Cell = str | int

TITLE_FONT, BODY_FONT, HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
# What a machine without these takes instead; the document names them itself.
FALLBACKS = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", HEADING_FONT: "SimHei"}
_TITLE, _BODY, _TABLE = Pt(22), Pt(16), Pt(10.5)
_LINE = Pt(28.9)  # 225 mm in 22 lines


@dataclass(frozen=True)
class TextTable:
    """A table with its caption; the head repeats on every page."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Section:
    """Paragraphs under a heading; an empty heading has none of its own."""

    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class OfficialText:
    """A document: title, what it is about, sections, tables, lines at its end."""

    title: str
    about: str
    sections: Sequence[Section]
    tables: Sequence[TextTable] = ()
    closing: Sequence[str] = ()


def document(text: OfficialText) -> bytes:
    """The document as .docx."""
    paper = new_paper()
    put_centred(paper, text.title, TITLE_FONT, _TITLE)
    if text.about:
        put_centred(paper, text.about, "楷体", Pt(12))
    for section in text.sections:
        if section.heading:
            put_line(paper, section.heading, HEADING_FONT)
        for paragraph in section.paragraphs:
            put_line(paper, paragraph, BODY_FONT)
    for table in text.tables:
        add_table(paper, table)
    for line in text.closing:
        put_line(paper, line, BODY_FONT)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def new_paper() -> Any:
    """An empty A4 page in the layout of the standard, with its fonts and what stands in for them."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    normal = paper.styles["Normal"]
    normal.font.size = _BODY
    _use_font(normal.element.get_or_add_rPr(), BODY_FONT)
    shape = normal.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    shape.space_before = shape.space_after = Pt(0)
    _name_fallbacks(paper)
    return paper


def _use_font(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for which in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(which), font)


def _name_fallbacks(paper: Any) -> None:
    """Write into the document's table of fonts what is taken where a font is not installed."""
    for relation in paper.part.rels.values():
        if not relation.reltype.endswith("/fontTable"):
            continue
        root = parse_xml(relation.target_part.blob)
        for font, other in FALLBACKS.items():
            root.append(
                parse_xml(
                    f'<w:font {nsdecls("w")} w:name="{font}"><w:altName w:val="{other}"/></w:font>'
                )
            )
        relation.target_part._blob = serialize_part_xml(root)


def put_run(paragraph: Any, text: str, font: str, size: Any) -> None:
    """Add a text in a font and size."""
    run = paragraph.add_run(text)
    run.font.size = size
    _use_font(run._element.get_or_add_rPr(), font)


def put_centred(paper: Any, text: str, font: str, size: Any) -> None:
    """Add a centred line."""
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    put_run(paragraph, text, font, size)


def put_line(paper: Any, text: str, font: str) -> Any:
    """Add a paragraph of the body, indented by two characters, and return it."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.first_line_indent = 2 * _BODY
    put_run(paragraph, text, font, _BODY)
    return paragraph


def add_table(paper: Any, table: TextTable) -> None:
    """A table over the width of the page, its head on every page."""
    caption = paper.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    put_run(caption, table.caption, HEADING_FONT, Pt(14))
    grid = paper.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    _fill(grid.rows[0].cells, table.columns)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in table.rows:
        _fill(grid.add_row().cells, row)


def _fill(cells: Sequence[Any], texts: Sequence[Cell]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        if isinstance(text, int):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        put_run(paragraph, str(text), BODY_FONT, _TABLE)
