"""Tables side by side, one below the other or inside another, and keys in tables of their own."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.table import _Cell

from question_bank.formats import BankFile, Outcome, read
from question_bank.formats.office.empty_cells import LeanSheet
from question_bank.inspection import inspect_json
from tests.unit.question_bank.test_reading_tables import workbook

CHOICES = [
    ["序号", "题目", "A", "B", "答案"],
    [1, "谁登记", "访客", "值班员", "B"],
    [2, "谁签字", "值班员", "访客", "A"],
]
TRUTHS = [["序号", "题目", "答案"], [1, "须登记", "√"], [2, "可代签", "×"]]
ASKED = [row[:-1] for row in CHOICES]
BOTH = ["B", "A", "true", "false"]


def answers(found: BankFile) -> list[Any]:
    return [each["answer"] for each in inspect_json(found, "a")["records"]]


def beside(*tables: list[list[Any]], gap: int = 0) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for number in range(max(map(len, tables))):
        row: list[Any] = []
        for table in tables:
            width = max(map(len, table))
            own = table[number] if number < len(table) else []
            row += [*own, *[""] * (width - len(own) + gap)]
        rows.append(row)
    return rows


@pytest.mark.parametrize(
    "rows",
    [
        beside(CHOICES, TRUTHS, gap=1),
        beside(CHOICES, TRUTHS),
        [["单选题", "", "", "", "", "判断题"], *beside(CHOICES, TRUTHS)],
        beside(CHOICES, [[], [], *TRUTHS], gap=1),
        beside(CHOICES, [[], *TRUTHS]),
        [*CHOICES, [], *TRUTHS],
        [*CHOICES, [], *beside(TRUTHS[:1] + TRUTHS[1:2], TRUTHS[:1] + TRUTHS[2:])],
    ],
    ids=["gap", "no gap", "titles", "lower", "lower without gap", "below", "beside below"],
)
def test_every_table_of_a_sheet_is_read(rows: list[list[Any]]) -> None:
    found = read(workbook(("题库", rows)), "a.xlsx")
    assert answers(found) == BOTH
    assert all(each.outcome is Outcome.READY for each in found.records)


@pytest.mark.parametrize(
    "key",
    [
        [["题号", "答案"], [1, "B"], [2, "A"]],
        [["题号", 1, 2], ["答案", "B", "A"]],
        [["参考答案"], ["1-2 BA"]],
        [["题号", "答案", "题号", "答案"], [1, "B", 2, "A"]],
        [["题型", "题号", "答案", "解析"], ["单选题", 1, "B", "见规定"], ["单选题", 2, "A", ""]],
    ],
    ids=["columns", "rows", "line", "pairs", "types"],
)
def test_a_key_of_its_own_answers_the_questions(key: list[list[Any]]) -> None:
    sheets = read(workbook(("单选", ASKED), ("答案", key)), "a.xlsx")
    below = read(workbook(("单选", [*ASKED, [], *key])), "a.xlsx")
    for found in (sheets, below):
        assert answers(found) == ["B", "A"]
        assert all(each.outcome is Outcome.READY for each in found.records)
        assert [each.params for each in found.notes if each.code == "key_apart"] == [{"answers": 2}]


def test_a_key_answers_the_sheet_of_its_type_whatever_their_order() -> None:
    key = [["判断题", "", "单选题", ""], ["题号", "答案"] * 2, [1, "√", 1, "B"], [2, "×", 2, "A"]]
    sheets = (("单选", ASKED), ("判断", [row[:-1] for row in TRUTHS]), ("答案", key))
    assert answers(read(workbook(*sheets), "a.xlsx")) == BOTH


def test_a_title_between_rows_that_begins_no_key_ends_no_table() -> None:
    rows = [*CHOICES[:2], ["题目及答案"], CHOICES[2]]
    assert answers(read(workbook(("题库", rows)), "a.xlsx")) == ["B", "A"]


def test_a_key_beside_answers_that_says_otherwise_is_never_passed_over() -> None:
    found = read(
        workbook(("题库", beside(CHOICES, [["题号", "答案"], [1, "A"], [2, "A"]]))), "a.xlsx"
    )
    assert [each.outcome for each in found.records] == [Outcome.TO_CONFIRM, Outcome.READY]
    assert [each.code for each in found.records[0].reasons] == ["answers_differ"]


def test_options_on_rows_of_their_own_are_ticked_there() -> None:
    titles = ["题目", "选项标识", "选项内容", "是否正确"]
    rows = [
        ["谁登记", "A", "访客", "否"],
        ["", "B", "值班员", "是"],
        ["谁签字", "A", "值班员", "是"],
    ]
    again = [
        ["谁登记", "A", "访客", "0"],
        ["谁登记", "B", "值班员", "1"],
        ["谁签字", "A", "甲", "1"],
    ]
    for each in (rows, again):
        found = read(workbook(("题库", [titles, *each, ["谁签字", "B", "乙", "否"]])), "a.xlsx")
        assert answers(found) == ["B", "A"]
        assert {each.outcome for each in found.records} == {Outcome.TO_CONFIRM}


def test_a_key_that_is_too_short_leaves_all_its_questions_to_a_person() -> None:
    found = read(workbook(("单选", ASKED), ("答案", [["题号", "答案"], [1, "B"]])), "a.xlsx")
    assert {each.outcome for each in found.records} == {Outcome.TO_CONFIRM}


@pytest.mark.parametrize(
    ("titles", "cells", "sure"),
    [
        (["A是否正确", "B是否正确"], ["", "√"], True),
        (["正确A", "正确B"], ["否", "是"], True),
    ],
)
def test_ticks_in_columns_of_their_own_are_the_answer(
    titles: list[str], cells: list[str], sure: bool
) -> None:
    rows = [["题目", "选项A", "选项B", *titles], ["谁登记", "访客", "值班员", *cells]]
    found = read(workbook(("题库", rows)), "a.xlsx")
    assert answers(found) == ["B"]
    assert (found.records[0].outcome is Outcome.READY) is sure


def test_ticks_below_right_and_wrong_answer_a_statement() -> None:
    rows = [["题目", "对", "错"], ["须登记", "√", ""], ["可代签", "", "√"], ["两处都勾", "√", "√"]]
    found = read(workbook(("判断", rows)), "a.xlsx")
    assert answers(found)[:2] == ["true", "false"]
    assert found.records[2].outcome is Outcome.TO_CONFIRM


def fill(holder: Any, rows: list[list[Any]]) -> None:
    table = holder.add_table(len(rows), max(map(len, rows)))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            table.cell(number, column).text = str(value)


def document(left: list[list[Any]], right: list[list[Any]], titles: tuple[str, str]) -> bytes:
    made = docx.Document()
    cells: list[_Cell] = made.add_table(1, 2).rows[0].cells
    for cell, rows, title in zip(cells, (left, right), titles, strict=True):
        cell.text = title
        fill(cell, rows)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_tables_inside_the_cells_of_another_are_read() -> None:
    both = read(document(CHOICES, TRUTHS, ("一、单选题", "二、判断题")), "a.docx")
    assert answers(both) == BOTH
    keyed = read(
        document(ASKED, [["题号", "答案"], [1, "B"], [2, "A"]], ("试题", "答案")), "a.docx"
    )
    assert answers(keyed) == ["B", "A"]


def test_a_page_is_read_beside_its_tables_as_well() -> None:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in CHOICES
    )
    page = f"<html><body><table>{rows}</table><p>1.须登记。（√）</p><p>2.可代签。（×）</p></body></html>"
    assert answers(read(page.encode(), "a.html")) == BOTH


def test_cells_that_hold_only_a_style_are_left_out_before_a_sheet_is_parsed() -> None:
    head, empty = b'<x><row r="1"><c r="A1" t="s"><v>1</v></c>', b'<c r="B1" s="4"/><c r="C1"/>'
    rest = b'<c r="D1"><v>2</v></c></row></x>'
    sheet = LeanSheet(iter([head + empty * 100_000 + rest]))
    assert b"".join(sheet) == head + rest == sheet.kept
    other = [b'<?xml version="1.0" encoding="cp037"?>' + empty * 2 + rest]
    plain = LeanSheet(iter(other))
    assert list(plain) == other and plain.kept is None
