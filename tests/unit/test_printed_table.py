"""A printed table: formulas are texts, numbers are numbers, and what no document can hold is left out."""

from __future__ import annotations

import io

import docx
import openpyxl

from learnapp.reports import printed_table
from learnapp.reports.printed_table import PrintedTable

TABLE = PrintedTable(
    title="成绩册：[一]/二",
    about="说明",
    columns=[("序号", 6), ("姓名", 12), ("成绩", 8)],
    rows=[(1, "=1+1", 86.5), (2, "a<b&c\x0b", ""), (3, "@名字", 100)],
    below=["制表人："],
    landscape=True,
    row_cm=1.0,
)


def test_a_workbook_has_neutral_texts_and_real_numbers():
    book = openpyxl.load_workbook(io.BytesIO(printed_table.workbook(TABLE)))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[2] == ("序号", "姓名", "成绩")
    assert rows[3] == (1, "'=1+1", 86.5) and rows[5] == (3, "'@名字", 100)
    assert rows[-1][0] == "制表人：" and book.active.page_setup.orientation == "landscape"


def test_a_document_repeats_its_head_and_holds_any_text():
    paper = docx.Document(io.BytesIO(printed_table.document(TABLE)))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows == [
        ["序号", "姓名", "成绩"],
        ["1", "=1+1", "86.5"],
        ["2", "a<b&c", ""],
        ["3", "@名字", "100"],
    ]
    assert paper.sections[0].page_width > paper.sections[0].page_height
    assert "w:tblHeader" in paper.tables[0].rows[0]._tr.xml
