"""The same document as a workbook: its texts above, each table on a sheet that prints on A4."""

from __future__ import annotations

import io

from learnapp.reports.official import OfficialText
from question_bank.formats.office.cells import new_workbook, put_row

_FIRST_WIDTH, _WIDTH = 24, 13


def workbook(text: OfficialText) -> bytes:
    """The document as .xlsx: title, texts and table on each sheet."""
    out = io.BytesIO()
    with new_workbook(out) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for table in text.tables:
            sheet = book.add_worksheet(table.caption[:31])
            put_row(sheet, 0, (text.title,), book.add_format({"bold": True, "font_size": 14}))
            above = [text.about, *(line for each in text.sections for line in each.paragraphs)]
            for number, line in enumerate(above, 1):
                put_row(sheet, number, (line,))
            head = len(above) + 2
            put_row(sheet, head, table.columns, bold)
            for number, row in enumerate(table.rows, head + 1):
                put_row(sheet, number, row)
            for number, line in enumerate(text.closing, head + len(table.rows) + 2):
                put_row(sheet, number, (line,))
            sheet.set_column(0, 0, _FIRST_WIDTH)
            sheet.set_column(1, len(table.columns) - 1, _WIDTH)
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(head)
            sheet.freeze_panes(head + 1, 1)
    return out.getvalue()
