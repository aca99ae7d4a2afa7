"""A sheet of one-time codes as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from question_bank.formats.office.cells import new_workbook, put_row

_WIDTHS = (30, 16, 18, 20, 18)


def code_workbook(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet with a heading row; it prints on A4 across, the heading on every page."""
    out = io.BytesIO()
    with new_workbook(out) as book:
        sheet = book.add_worksheet(name)
        put_row(sheet, 0, columns, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            put_row(sheet, number, row)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
