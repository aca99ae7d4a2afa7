"""No table of ours holds a cell that a spreadsheet runs; what we wrote we read back as it was."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.annotate import RejectedRecord, annotated
from question_bank.content import Content
from question_bank.formats import Where, read
from question_bank.formats.office.cells import delimited, neutral, new_workbook, own_text, put
from question_bank.formats.office.xlsx_bank import write_xlsx
from question_bank.kinds import QuestionType
from question_bank.model import ChoiceKey, Question, make_options

ROOT = Path(__file__).parents[3]
BAD = [
    *(
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "＋1",
        "－2+3",
        "＠a",
        " =1",
        "'=1",
        "''=1",
    ),
    '=HYPERLINK("http://x","y")',
]
STARTS = tuple("=+-@\t\r＝＋－＠")


@pytest.mark.parametrize("text", BAD)
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert neutral(text).startswith("'") and own_text(neutral(text)) == text


@pytest.mark.parametrize("text", ["", "甲", "-5", "+3.5", "-12%", "'引号'", "a=b", "（=）", "1-5"])
def test_other_texts_and_numbers_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text and own_text(text) == text


@given(st.text("'=+-@＝＋－＠ \t\r\n甲1", max_size=8))
def test_any_text_comes_back(text: str) -> None:
    assert own_text(neutral(text)) == text


def cells_of(data: bytes) -> list[object]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    return [cell.value for cell in cells if cell.value is not None]


def bank() -> list[Question]:
    texts = [each for each in BAD if each.strip() == each]
    options = make_options([Content.from_text(each) for each in texts[:8]])
    key = ChoiceKey(frozenset({options[0].id}))
    return [
        Question(
            type=QuestionType.SINGLE, stem=Content.from_text(f"{text}甲"), options=options, key=key,
            explanation=Content.from_text(text), source=text, category=(text,), difficulty=1,
        )
        for text in texts
    ]  # fmt: skip


def test_a_bank_of_formulas_is_exported_as_text_and_comes_back() -> None:
    data = write_xlsx(bank())
    assert not [
        each for each in cells_of(data) if isinstance(each, str) and each.startswith(STARTS)
    ]
    assert [record.question for record in read(data, "a.xlsx").records] == bank()


def test_an_annotated_table_of_formulas_is_text_too() -> None:
    rows = [["题干", "正确答案", "A", "B"], ["=1+1", "", "+甲", "@乙"]]
    trouble = RejectedRecord(Where(row=2), "", "=错")
    text = "\n".join(",".join(row) for row in rows).encode()
    written = list(
        csv.reader(io.StringIO(annotated(text, "csv", [trouble])[0].decode("utf-8-sig")))
    )
    assert written[1] == ["'=1+1", "", "'+甲", "'@乙", "'=错"]
    again = annotated("\n".join(",".join(row) for row in written).encode(), "csv", [trouble])[0]
    assert list(csv.reader(io.StringIO(again.decode("utf-8-sig"))))[1][:4] == written[1][:4]
    sheet = annotated(
        write_xlsx(bank()), "xlsx", [RejectedRecord(Where(sheet="题库", row=2), "", "-错")]
    )[0]
    assert not [
        each for each in cells_of(sheet) if isinstance(each, str) and each.startswith(STARTS)
    ]


def test_numbers_are_written_as_numbers() -> None:
    assert delimited([[-5, 1.5, "-5+1"]]).decode("utf-8-sig") == "-5,1.5,'-5+1\r\n"
    out = io.BytesIO()
    with new_workbook(out) as book:
        sheet = book.add_worksheet()
        for column, value in enumerate([-5, 1.5, None, "=1"]):
            put(sheet, 0, column, value)
    assert cells_of(out.getvalue()) == [-5, 1.5, "'=1"]


WRITES = {
    *("write", "write_string", "write_row", "write_column", "write_number", "write_formula"),
    *("write_array_formula", "write_dynamic_array_formula", "write_rich_string", "write_url"),
    *("write_blank", "write_comment", "writerow", "writerows", "writeheader"),
}


def test_nothing_writes_a_cell_but_through_the_one_module() -> None:
    found = []
    for folder in ("learnapp", "question_bank"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name == "cells.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    name, on = node.func.attr, ast.unparse(node.func.value)
                    plain_write = name == "write" and "sheet" not in on
                    if (name in WRITES and not plain_write) or (on, name) == ("csv", "writer"):
                        found.append((path.name, node.lineno))
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = [getattr(node, "module", None), *(each.name for each in node.names)]
                    if {"xlsxwriter", "openpyxl"} & set(names):
                        found.append((path.name, node.lineno))
    assert found == []
