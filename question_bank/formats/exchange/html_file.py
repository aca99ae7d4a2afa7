"""A web page that was saved as a workbook or a document: its tables and its lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from question_bank.formats.exchange.markup import text_of
from question_bank.formats.recognise.lines import MOST_LINES, Line
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import Refused, Where
from question_bank.options import LETTERS

_MOST_CELLS = 2_000_000


def read_page(data: bytes) -> tuple[list[list[list[str]]], list[Line]]:
    """The tables of a page as rows of cells, and its whole text as lines."""
    root = _root(decode(data))
    _letter_lists(root)
    tables = [_rows(table) for table in _innermost(root)]
    if sum(len(row) for table in tables for row in table) > _MOST_CELLS:
        raise Refused("too_large", limit=_MOST_CELLS)
    return tables, _lines(root)


def lines_beside_tables(data: bytes) -> list[Line]:
    """The text of a page as lines, without that of its tables."""
    root = _root(decode(data))
    _letter_lists(root)
    for table in list(_innermost(root)):
        table.drop_tree()
    return _lines(root)


def _innermost(root: etree._Element) -> Iterator[Any]:
    return (table for table in root.iter("table") if table.find(".//table") is None)


def _lines(root: etree._Element) -> list[Line]:
    lines = text_of(root).split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("too_large", lines=len(lines), limit=MOST_LINES)
    return [Line(each, Where(paragraph=number)) for number, each in enumerate(lines, 1)]


def lines_of_page(text: str) -> list[str]:
    """The text of a page, a block a line; raises Refused if it cannot be read as one."""
    return text_of(_root(text)).split("\n")


def _root(text: str) -> etree._Element:
    try:
        parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as wrong:
        raise Refused("broken_file", part="html") from wrong


def _letter_lists(root: etree._Element) -> None:
    """Write the letters of options before the items of lists that count by letters."""
    for listed in root.iter("ol"):
        style = (listed.get("style") or "").lower()
        if (listed.get("type") or "").lower() == "a" or "-alpha" in style or "-latin" in style:
            items = [each for each in listed if each.tag == "li"]
            for letter, item in zip(LETTERS, items, strict=False):
                item.text = f"{letter}. {item.text or ''}"


def _rows(table: etree._Element) -> list[list[str]]:
    return [
        [text_of(cell) for cell in row if isinstance(cell.tag, str) and cell.tag in ("td", "th")]
        for row in table.iter("tr")
    ]
