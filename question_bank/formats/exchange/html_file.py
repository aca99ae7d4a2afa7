"""A web page that was saved as a workbook or a document: its tables and its lines."""

from __future__ import annotations

from lxml import etree
from lxml import html as lxml_html

from question_bank.formats.exchange.markup import text_of
from question_bank.formats.recognise.lines import MOST_LINES, Line
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import Refused, Where

_MOST_CELLS = 2_000_000


def read_page(data: bytes) -> tuple[list[list[list[str]]], list[Line]]:
    """The tables of a page as rows of cells, and its text as lines if it has no table."""
    text = decode(data)
    try:
        parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as wrong:
        raise Refused("broken_file", part="html") from wrong
    tables = [_rows(table) for table in root.iter("table") if table.find(".//table") is None]
    if tables:
        if sum(len(row) for table in tables for row in table) > _MOST_CELLS:
            raise Refused("too_large", limit=_MOST_CELLS)
        return tables, []
    lines = text_of(root).split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("too_large", lines=len(lines), limit=MOST_LINES)
    return [], [Line(each, Where(paragraph=number)) for number, each in enumerate(lines, 1)]


def _rows(table: etree._Element) -> list[list[str]]:
    return [
        [text_of(cell) for cell in row if isinstance(cell.tag, str) and cell.tag in ("td", "th")]
        for row in table.iter("tr")
    ]
