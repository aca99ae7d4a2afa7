"""Tables of a Word text as HTML, with cells that reach over columns and rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from question_bank.formats.office.docx_file import children_of
from question_bank.formats.office.numbering import W
from question_bank.formats.records import Refused

_MOST_CELLS = 50_000
_MOST_COLUMNS = 200


@dataclass(slots=True)
class _Cell:
    html: str
    column: int
    wide: int
    head: bool
    tall: int = 1


def table_html(table: etree._Element, inside: Callable[[etree._Element], str]) -> str:
    """The table; `inside` gives the HTML of a cell. Raises Refused for an absurd number of cells."""
    rows: list[list[_Cell]] = []
    open_cells: dict[int, _Cell] = {}
    count = 0
    for row in children_of(table, "tr"):
        head = row.find(f"{W}trPr/{W}tblHeader") is not None
        cells: list[_Cell] = []
        column = 0
        for element in children_of(row, "tc"):
            count += 1
            wide = min(_MOST_COLUMNS, max(1, _number(element, "gridSpan")))
            merged = element.find(f"{W}tcPr/{W}vMerge")
            html = inside(element)
            above = open_cells.get(column)
            if merged is not None and merged.get(f"{W}val") != "restart" and above is not None:
                above.tall += 1
                above.html = "<br>".join(filter(None, [above.html, html]))
            else:
                cell = _Cell(html, column, wide, head)
                cells.append(cell)
                open_cells.pop(column, None)
                if merged is not None:
                    open_cells[column] = cell
            column += wide
        if count > _MOST_CELLS:
            raise Refused("too_large", cells=_MOST_CELLS)
        rows.append(cells)
    return f"<table>{''.join(_row(each) for each in rows)}</table>" if count else ""


def _row(cells: list[_Cell]) -> str:
    return f"<tr>{''.join(map(_cell, cells))}</tr>"


def _cell(cell: _Cell) -> str:
    name = "th" if cell.head else "td"
    wide = f' colspan="{cell.wide}"' if cell.wide > 1 else ""
    tall = f' rowspan="{cell.tall}"' if cell.tall > 1 else ""
    return f"<{name}{wide}{tall}>{cell.html}</{name}>"


def _number(cell: etree._Element, name: str) -> int:
    found = cell.find(f"{W}tcPr/{W}{name}")
    value = "" if found is None else found.get(f"{W}val", "")
    return int(value) if value.isdecimal() and len(value) < 5 else 0
