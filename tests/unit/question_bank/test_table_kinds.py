"""Tables as exports and people make them: other words in the header, options in one cell, no header."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from docx import Document
from docx.shared import RGBColor

from question_bank.formats import read
from question_bank.inspection import inspect_json
from tests.unit.question_bank.test_reading_tables import workbook

Told = list[tuple[str | None, Any, list[str]]]


def told(data: bytes, name: str = "a.xlsx") -> Told:
    """The type, the answer and the doubts of every record."""
    found = inspect_json(read(data, name), name)
    return [(each["type"], each["answer"], each["reasons"]) for each in found["records"]]


def sheet(*rows: list[str]) -> Told:
    return told(workbook(("表", list(rows))))


def options(*rows: list[str]) -> list[list[str]]:
    found = inspect_json(read(workbook(("表", list(rows))), "a.xlsx"), "a.xlsx")
    return [each["options"] for each in found["records"]]


def test_english_headers_are_known() -> None:
    header = ["No.", "Question Type", "Question Text", "Option A", "Option B", "Correct Answer"]
    rows = [
        ["1", "Single Choice", "Who?", "x", "y", "B"],
        ["2", "True/False", "So?", "", "", "TRUE"],
    ]
    assert sheet(header, *rows) == [("single", "B", []), ("true_false", "true", [])]


@pytest.mark.parametrize(
    "cell",
    [
        '["甲", "乙"]',
        '["A. 甲", "B. 乙"]',
        '[{"label": "A", "text": "甲"}, {"label": "B", "text": "乙"}]',
        '{"A": "甲", "B": "乙"}',
        "甲|乙",
        "A.甲\nB.乙",
        "A、甲 B、乙",
        "甲;乙",
    ],
)
def test_options_may_stand_in_one_cell(cell: str) -> None:
    rows = ["题目", "选项", "答案"], ["谁？", cell, "B"]
    assert sheet(*rows) == [("single", "B", [])]
    assert options(*rows) == [["甲", "乙"]]


def test_options_lose_the_letters_that_they_repeat() -> None:
    rows = [["题目", "A", "B", "C", "答案"], ["1、谁？A、甲B、乙", "A、甲", "B、乙", "C", "B、乙"]]
    assert sheet(*rows) == [("single", "B", [])]
    assert options(*rows) == [["甲", "乙"]]
    (record,) = read(workbook(("表", rows)), "a.xlsx").records
    assert record.question and record.question.stem.plain == "谁？"


def test_a_last_option_of_its_letter_alone_is_doubted() -> None:
    rows = [["题目", "A", "B", "C", "答案"], ["谁？", "甲", "乙", "C", "B"]]
    assert sheet(*rows) == [("single", "B", ["mark_inside"])]


def test_a_second_header_orders_the_columns_anew() -> None:
    rows = [
        ["题干", "A", "B", "答案"],
        ["谁？", "甲", "乙", "B"],
        ["答案", "题干"],
        ["对", "须登记"],
    ]
    assert sheet(*rows) == [("single", "B", []), ("true_false", "true", [])]


def test_columns_without_a_header_are_told_by_content_and_confirmed() -> None:
    rows = [[str(n), f"第{n}问是什么？", "甲", "乙", "B"] for n in range(1, 4)]
    assert sheet(*rows) == [("single", "B", ["header_assumed"])] * 3


def test_lines_of_text_in_cells_are_read_as_such() -> None:
    rows = [["1.谁？"], ["A.甲"], ["B.乙"], ["答案：B"]]
    assert sheet(*rows) == [("single", "B", [])]
    rows = [["1.谁？", ""], ["A.甲", "B.乙"], ["答案：B", ""]]
    assert sheet(*rows) == [("single", "B", ["header_assumed"])]


def test_a_text_file_may_be_a_table() -> None:
    pipes = "1|||谁填写。|||A，值班员\n2|||保存几年。|||C，三年\n3|||办什么。|||B，登记\n"
    assert [each[0] for each in told(pipes.encode(), "a.txt")] == ["single"] * 3
    assert all("header_assumed" in each[2] for each in told(pipes.encode(), "a.txt"))
    commas = "题干,A,B,答案\n谁？,甲,乙,B\n谁？,丙,丁,A\n"
    assert told(commas.encode(), "a.txt") == [("single", "B", []), ("single", "A", [])]


def test_the_exports_of_two_well_known_programs_are_read() -> None:
    first = [
        ["说明：请勿修改"],
        [
            "题干（必填）",
            "题型 （必填）",
            "选项 A",
            "选项 B",
            "选项C\n(勿删)",
            "正确答案\n（必填）",
            "难度",
        ],
        ["谁？", "单选题", "甲", "乙", "丙", "B", "易"],
        ["由____填写", "填空题", "", "", "", "值班员", ""],
    ]
    assert sheet(*first) == [("single", "B", []), ("fill_blank", ["值班员"], [])]
    second = [
        ["题目", "题型", "选项", "正确答案", "分值"],
        ["哪些？", "多选题", "A.甲\nB.乙\nC.丙", "A.甲┋B.乙", "5"],
    ]
    assert sheet(*second) == [("multiple", "AB", [])]


def test_gaps_in_cells_are_never_filled_by_the_words_between_them() -> None:
    rows = [
        ["题型", "题干", "答案"],
        ["填空题", "由____填写，由____复核", ""],
        ["填空题", "由____填写____", ""],
    ]
    assert sheet(*rows) == [("fill_blank", None, ["no_answer"])] * 2


def test_the_cell_that_stands_out_is_proposed() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page, red = book.add_worksheet(), book.add_format({"font_color": "red"})
    ground = book.add_format({"bg_color": "#FFFF00"})
    page.write_row(0, 0, ["题干", "A", "B"])
    for row, (first, second) in enumerate([(red, None), (None, ground), (red, red)], 1):
        page.write(row, 0, "谁？")
        page.write(row, 1, "甲", first)
        page.write(row, 2, "乙", second)
    book.close()
    proposed = ["answer_from_emphasis"]
    assert told(out.getvalue()) == [
        ("single", "A", proposed),
        ("single", "B", proposed),
        ("single", None, ["no_answer"]),
    ]


@pytest.mark.parametrize("look", ["bold", "underline", "colour"])
def test_the_option_that_stands_out_in_word_is_proposed(look: str) -> None:
    document = Document()
    for text in ("1.谁？", "A.甲", "B.乙"):
        run = document.add_paragraph().add_run(text)
        if text == "B.乙" and look == "colour":
            run.font.color.rgb = RGBColor(255, 0, 0)
        elif text == "B.乙":
            setattr(run, look, True)
    out = io.BytesIO()
    document.save(out)
    assert told(out.getvalue(), "a.docx") == [("single", "B", ["answer_from_emphasis"])]


def test_underlined_words_of_one_answer_are_one_blank() -> None:
    document = Document()
    document.add_paragraph("一、填空题")
    paragraph = document.add_paragraph("1.封面写有____")
    for piece in ("“", "值班", "”"):
        paragraph.add_run(piece).underline = True
    paragraph.add_run("____二字。")
    paragraph = document.add_paragraph("2.每日")
    paragraph.add_run("两").underline = True
    paragraph.add_run("班。")
    out = io.BytesIO()
    document.save(out)
    assert told(out.getvalue(), "a.docx") == [
        ("fill_blank", ["“值班”"], []),
        ("fill_blank", ["两"], ["answer_from_emphasis"]),
    ]


@pytest.mark.parametrize(("answer", "right"), [("2", "B"), ("1,2", "AB")])
def test_places_as_answers_are_letters_to_confirm(answer: str, right: str) -> None:
    rows = [["题目", "选项1", "选项2", "答案"], ["谁？", "甲", "乙", answer]]
    kind = "single" if len(right) == 1 else "multiple"
    assert sheet(*rows) == [(kind, right, ["answer_by_place"])]


def test_places_that_count_from_0_are_seen_in_the_other_rows() -> None:
    rows = [
        ["题目", "选项1", "选项2", "答案"],
        ["谁？", "甲", "乙", "1"],
        ["几时？", "三", "四", "0"],
    ]
    assert [each[1] for each in sheet(*rows)] == ["B", "A"]


def test_columns_of_answers_are_those_of_gaps() -> None:
    rows = [["题目", "答案1", "答案2"], ["由____填写，由____复核", "甲", "乙"]]
    assert sheet(*rows) == [("fill_blank", ["甲", "乙"], [])]


def test_columns_of_answers_beside_an_answer_are_options() -> None:
    rows = [["试题内容", "试题答案", "答案A", "答案B"], ["谁？", "B", "甲", "乙"]]
    assert sheet(*rows) == [("single", "B", [])]


def test_options_on_rows_of_their_own_join_the_row_above() -> None:
    rows = [
        ["题目", "选项", "答案"],
        ["谁？", "A.甲", "B"],
        ["", "B.乙", ""],
        ["几时？", "A.三", "A"],
    ]
    rows.append(["", "B.四", ""])
    assert sheet(*rows) == [("single", "B", []), ("single", "A", [])]


def test_the_name_of_a_sheet_says_the_type_and_a_title_what_signs_mean() -> None:
    rows = [["题目", "答案(1对0错)"], ["须登记", "1"], ["可代签", "0"]]
    found = told(workbook(("判断题", rows)))
    assert found == [("true_false", "true", []), ("true_false", "false", [])]


def test_a_separator_of_several_signs_leaves_nothing_behind() -> None:
    assert options(["题目", "选项", "答案"], ["谁？", "甲$;$乙", "B"]) == [["甲", "乙"]]


QUIZ = '{"tm": "第 %d 班由谁登记", "xx": ["甲", "乙"], "da": "%s"}'


def test_names_that_say_nothing_are_told_by_their_values_and_confirmed() -> None:
    data = "[" + ", ".join(QUIZ % each for each in enumerate("ABA")) + "]"
    assert told(data.encode(), "a.json") == [("single", each, ["names_told"]) for each in "ABA"]


def test_places_of_a_whole_file_are_counted_from_0_where_one_is() -> None:
    one = '{"q": "谁？", "options": ["甲", "乙"], "answer": %d}'
    data = f"[{one % 1}, {one % 0}]"
    assert [each[1] for each in told(data.encode(), "a.json")] == ["B", "A"]


def test_a_sheet_that_holds_its_titles_in_the_first_column_is_turned() -> None:
    one = [["题目", "谁？"], ["A", "甲"], ["B", "乙"], ["答案", "B"], [""]]
    found = inspect_json(read(workbook(("表", one * 2)), "a.xlsx"), "a.xlsx")["records"]
    assert [(each["answer"], each["where"]["row"]) for each in found] == [("B", 1), ("B", 6)]


def test_a_key_that_is_a_table_with_a_question_a_row_is_given() -> None:
    document = Document()
    for number in (1, 2):
        for text in (f"{number}.第{number}班由谁签字（）", "A.甲", "B.乙"):
            document.add_paragraph(text)
    document.add_paragraph("参考答案")
    rows = [["题号", "答案", "解析"], ["1", "B", "见第一条。"], ["2", "A", "见第二条。"]]
    table = document.add_table(len(rows), 3)
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    assert told(file.getvalue(), "a.docx") == [("single", "B", []), ("single", "A", [])]


def test_the_name_of_a_file_says_the_type_of_its_questions() -> None:
    data = "1.由（ ）填写\n答案：甲乙\n".encode()
    assert told(data, "值班填空题.txt") == [("fill_blank", ["甲乙"], [])]
    assert told("1.甲\n答案：乙\n2.丙\n答案：丁".encode(), "简答题.txt")[0] == (
        "short_answer",
        "乙",
        [],
    )


def test_cells_of_1_and_0_under_a_type_of_statements_are_confirmed() -> None:
    rows = [["题型", "题目", "答案"], ["判断题", "须登记", "1"], ["判断题", "可代签", "0"]]
    assert sheet(*rows) == [
        ("true_false", "true", ["truth_by_sign"]),
        ("true_false", "false", ["truth_by_sign"]),
    ]
