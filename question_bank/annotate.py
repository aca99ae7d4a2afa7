"""What could not be taken, back in the format it came in, with what is wrong beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.formats.office.cells import delimited, new_workbook, own_text, put
from question_bank.formats.office.docx_paper import write_lines
from question_bank.formats.office.sheets import rows_of
from question_bank.formats.packages.stamp import PREFIX
from question_bank.formats.recognise.headers import cell_text, find_header
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import Where

REMARK = "待确认"
_TABLES = ("xlsx", "xls", "csv", "tsv")


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that was not taken: where it stood, its text, and what is wrong with it."""

    where: Where
    raw: str
    remark: str


def annotated(data: bytes, form: str, troubles: Sequence[RejectedRecord]) -> tuple[bytes, str]:
    """The file of the troubles, and its extension. Corrected there, it can be imported again.

    A table keeps its columns and gets one more; a text gets a line above each question, which
    the reader leaves out.
    """
    if form in ("csv", "tsv"):
        return _delimited(data, "\t" if form == "tsv" else ",", troubles), form
    if form in _TABLES:
        return _workbook(data, troubles), "xlsx"
    lines = [line for each in troubles for line in _lines(each)]
    if form == "docx":
        return write_lines(lines, PREFIX), "docx"
    if form in ("gift", "yaml"):
        sign = "//" if form == "gift" else "#"
        noted = [f"{sign} {line}" if line.startswith(PREFIX) else line for line in lines]
        return "\n".join(noted).encode(), form
    return "\n".join(lines).encode("utf-8-sig"), "txt"


def _lines(trouble: RejectedRecord) -> list[str]:
    return [f"{PREFIX}{trouble.remark}", *trouble.raw.split("\n"), ""]


def _rows(data: bytes, troubles: Sequence[RejectedRecord]) -> list[tuple[str, list[list[str]]]]:
    """The sheets that have troubles: the header, then the rows as they stood, with a remark."""
    sheets = []
    for name, found in rows_of(data):
        rows = list(found)
        header = find_header(rows)
        here = [
            (each.where.row, each.remark)
            for each in troubles
            if each.where.sheet in (None, name) and each.where.row
        ]
        if not here:
            continue
        head = [cell_text(cell) for cell in rows[header.row]] if header is not None else []
        width = max(len(head), *(len(rows[row - 1]) for row, _ in here))
        remarked = [[*head, *[""] * (width - len(head)), REMARK]] if head else []
        for row, remark in here:
            cells = [cell_text(cell) for cell in rows[row - 1]]
            remarked.append([*cells, *[""] * (width - len(cells)), remark])
        sheets.append((name, remarked))
    return sheets


def _workbook(data: bytes, troubles: Sequence[RejectedRecord]) -> bytes:
    out = io.BytesIO()
    book = new_workbook(out)
    wrap = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    red = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#B42318"})
    for name, rows in _rows(data, troubles) or [(REMARK, [])]:
        sheet = book.add_worksheet(name[:31])
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                put(sheet, number, column, text, red if column == len(row) - 1 else wrap)
        if rows:
            sheet.set_column(len(rows[0]) - 1, len(rows[0]) - 1, 50)
            sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _delimited(data: bytes, delimiter: str, troubles: Sequence[RejectedRecord]) -> bytes:
    rows = list(csv.reader(io.StringIO(decode(data), newline=""), delimiter=delimiter))
    header = find_header(rows)
    remarked = [] if header is None else [[*rows[header.row], REMARK]]
    for each in troubles:
        if each.where.row and each.where.row <= len(rows):
            cells = [own_text(cell) for cell in rows[each.where.row - 1]]
            remarked.append([*cells, each.remark])
    return delimited(remarked, delimiter)
