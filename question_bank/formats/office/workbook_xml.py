"""Workbooks as one XML file, of Excel 2003: their sheets as rows of cells."""

from __future__ import annotations

from lxml import etree

from question_bank.formats.packages.package import parse_xml
from question_bank.formats.records import Refused

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MOST_CELLS = 2_000_000
_WIDEST = 16_384


def sheets_of_xml(data: bytes) -> list[tuple[str, list[list[str]]]]:
    """The sheets by name, each as its rows; raises Refused if the file is none or is too large."""
    root = parse_xml(data)
    if root.tag != f"{_SS}Workbook":
        raise Refused("wrong_type")
    left = _MOST_CELLS
    sheets = []
    for sheet in root.iter(f"{_SS}Worksheet"):
        rows: list[list[str]] = []
        for row in sheet.iter(f"{_SS}Row"):
            gap = max(0, _index(row, len(rows)) - len(rows))
            cells = _cells(row)
            left -= gap + len(cells)
            if left < 0:
                raise Refused("too_large", cells=_MOST_CELLS)
            rows += [[] for _ in range(gap)]
            rows.append(cells)
        sheets.append((sheet.get(f"{_SS}Name", ""), rows))
    return sheets


def _cells(row: etree._Element) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_SS}Cell"):
        at = min(_index(cell, len(cells)), _WIDEST)
        cells += [""] * (at - len(cells))
        data = cell.find(f"{_SS}Data")
        cells.append("" if data is None else "".join(data.itertext()))
        across = cell.get(f"{_SS}MergeAcross", "0")
        cells += [""] * (min(int(across), _WIDEST) if across.isdecimal() else 0)
    return cells


def _index(element: etree._Element, following: int) -> int:
    """The place from 0 that an element names, else the one that follows."""
    stated = element.get(f"{_SS}Index", "")
    return int(stated) - 1 if stated.isdecimal() and int(stated) > following else following
