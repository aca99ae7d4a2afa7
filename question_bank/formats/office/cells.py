"""Cells of tables that are written: the one way in for workbooks and delimited text.

A program that opens a table takes a text that begins like a formula for one. Such a text gets an
apostrophe in front, the sign by which spreadsheets themselves mark a text; our readers take it off.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

_FORMULA = re.compile(r"(?:'|\s)*[=+\-@＝＋－＠]|'*[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?%?")
_SETTINGS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def neutral(text: str) -> str:
    """The text so that no program takes it for a formula; a plain number stays as it is."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def own_text(text: str) -> str:
    """The text that `neutral` was given."""
    if text.startswith("'") and _FORMULA.match(text):
        return text[1:]
    return text


def new_workbook(out: io.BytesIO) -> Any:
    """An empty workbook that makes nothing of a text but a text."""
    return xlsxwriter.Workbook(out, _SETTINGS)


def put(sheet: Any, row: int, column: int, value: Any, shape: Any = None) -> None:
    """Write one cell: a number as a number, anything else as neutral text; None writes nothing."""
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, shape)
    else:
        sheet.write_string(row, column, neutral(str(value)), shape)


def put_row(sheet: Any, row: int, values: Iterable[Any], shape: Any = None) -> None:
    """Write a row of cells from the first column on."""
    for column, value in enumerate(values):
        put(sheet, row, column, value, shape)


def delimited(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> bytes:
    """The rows as delimited text in UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for row in rows:
        writer.writerow([neutral(each) if isinstance(each, str) else each for each in row])
    return out.getvalue().encode("utf-8-sig")
