"""A briefing as .docx, drawn from a template that an office can replace (docxtpl), in its own layout.

The template of the product is made here in the body layout of GB/T 9704; an office's own is
`templates/briefing.docx` in the home folder. It is filled in a sandbox.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.reports.briefings import BriefingContent
from learnapp.reports.official import (
    BODY_FONT,
    HEADING_FONT,
    TITLE_FONT,
    new_paper,
    put_centred,
    put_line,
    put_run,
)

TEMPLATE, PLAN_TEMPLATE = "briefing.docx", "plan_notice.docx"
_MARKUP = re.compile(r"<[^>]*>?")
_NEAR = 80  # characters of the text that is named


@dataclass(frozen=True)
class BriefingHead:
    """What stands round the text of a briefing: its title and number, who issues it, when, to whom."""

    title: str
    numbered: str
    unit: str
    day: str
    copies: Sequence[str]
    note: str  # which copy this is, with the check code of an issued one
    to: str = ""  # 主送 of a notice


def default_template() -> bytes:
    """The template of the product, to be changed in Word and put into the home folder."""
    paper = new_paper()
    put_centred(paper, "{{ title }}", TITLE_FONT, Pt(22))
    put_centred(paper, "{{ numbered }}", "楷体", Pt(16))
    put_line(paper, "{{ unit }}　　　　　　{{ day }}", BODY_FONT)
    _sections(paper)
    _tables(paper)
    put_line(paper, "{%p for copy in copies %}", BODY_FONT)
    put_line(paper, "{{ copy }}", BODY_FONT)
    put_line(paper, "{%p endfor %}", BODY_FONT)
    put_line(paper, "{{ note }}", "楷体")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _sections(paper: Any) -> None:
    put_line(paper, "{%p for section in sections %}", BODY_FONT)
    put_line(paper, "{{ section.heading }}", HEADING_FONT)
    put_line(paper, "{%p for paragraph in section.paragraphs %}", BODY_FONT)
    put_line(paper, "{{ paragraph }}", BODY_FONT)
    put_line(paper, "{%p endfor %}", BODY_FONT)
    put_line(paper, "{%p endfor %}", BODY_FONT)


def _tables(paper: Any) -> None:
    put_line(paper, "{%p for table in tables %}", BODY_FONT)
    put_line(paper, "{{ table.caption }}", HEADING_FONT)
    _table(paper)
    put_line(paper, "{%p endfor %}", BODY_FONT)


def _table(paper: Any) -> None:
    """A table of as many columns and rows as there are: a row for the head, rows for the units."""
    grid = paper.add_table(rows=4, cols=3, style="Table Grid")
    texts = (
        ("{%tc for name in table.columns %}", "{{ name }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for row, cells in zip(grid.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            put_run(paragraph, text, BODY_FONT, Pt(10.5))


def default_plan_template() -> bytes:
    """The same for 月计划通知: 主送 above the text, unit and day below it at the right."""
    paper = new_paper()
    put_centred(paper, "{{ title }}", TITLE_FONT, Pt(22))
    put_line(paper, "", BODY_FONT)
    put_line(paper, "{{ to }}：", BODY_FONT).paragraph_format.first_line_indent = Pt(0)
    _sections(paper)
    for text in ("{{ unit }}", "{{ day }}"):
        put_line(paper, text, BODY_FONT).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _tables(paper)
    put_line(paper, "{{ note }}", "楷体")
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def template_of(home: Path, name: str = TEMPLATE) -> bytes:
    """The office's own template, else that of the product."""
    own = home / "templates" / name
    if own.is_file():
        return own.read_bytes()
    return default_plan_template() if name == PLAN_TEMPLATE else default_template()


def document(
    template: bytes,
    head: BriefingHead,
    content: BriefingContent,
    shown: Callable[[str], str],
    name: str = TEMPLATE,
) -> bytes:
    """The template of this name filled; `shown` says how a text with marked figures reads in this copy.

    Raises RuleBroken of "template": template_unreadable for what is no Word document, template_wrong
    for one whose own marks cannot be followed, with what is wrong near which text.
    """
    values = _values(head, content, shown)
    try:
        paper = DocxTemplate(io.BytesIO(template))
        paper.init_docx()
    except (
        OSError,
        ValueError,
        KeyError,
        BadZipFile,
        XMLSyntaxError,
        PackageNotFoundError,
    ) as error:
        raise RuleBroken("template", "template_unreadable", name=name) from error
    try:
        paper.render(values, SandboxedEnvironment(), autoescape=True)
        out = io.BytesIO()
        paper.save(out)
    except Exception as error:  # an office's own expressions may do anything
        words = f"{getattr(error, 'message', None) or type(error).__name__}{_near(error)}"
        raise RuleBroken("template", "template_wrong", name=name, words=words) from error
    return out.getvalue()


def _near(error: Exception) -> str:
    """The text of the document round an error, in brackets; empty where it is not known."""
    lines = "".join(getattr(error, "docx_context", ()))
    text = " ".join(_MARKUP.sub(" ", lines).split())
    return f"（{text[:_NEAR]}）" if text else ""


def _values(
    head: BriefingHead, content: BriefingContent, shown: Callable[[str], str]
) -> dict[str, Any]:
    """What a template can name."""
    return {
        "title": head.title,
        "numbered": head.numbered,
        "unit": head.unit,
        "day": head.day,
        "copies": list(head.copies),
        "note": head.note,
        "to": head.to,
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": [shown(each) for each in section.paragraphs],
            }
            for section in content.sections
        ],
        "tables": [
            {
                "caption": table.caption,
                "columns": list(table.columns),
                "rows": [[shown(cell) for cell in row] for row in table.rows],
            }
            for table in content.tables
        ],
    }
