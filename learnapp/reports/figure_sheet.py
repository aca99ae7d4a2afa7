"""A list of figures as a workbook: what explains them above, finished cells in, bytes out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.formats.office.cells import new_workbook, put, put_row

_WIDE, _NARROW = 28, 14


@dataclass(frozen=True)
class FigureSheet:
    """A sheet's title, what explains its figures (label and text), column heads and rows; a whole number
    stays one, so that it can be added up."""

    title: str
    heading: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]


def workbook(sheet: FigureSheet) -> bytes:
    """One sheet that prints on A4, with what explains the figures above and its head on every page."""
    out = io.BytesIO()
    with new_workbook(out) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True})
        put(page, 0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
        for number, pair in enumerate(sheet.heading, 1):
            put_row(page, number, pair)
        head = len(sheet.heading) + 2
        put_row(page, head, sheet.columns, book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(sheet.rows, head + 1):
            put_row(page, number, row)
            if row:
                put(page, number, 0, row[0], bold)
        page.set_column(0, 0, _WIDE)
        page.set_column(1, max(1, len(sheet.columns) - 1), _NARROW)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
        page.freeze_panes(head + 1, 1)
    return out.getvalue()
