"""Reading and writing tables and YAML: headers by their words, and round trips."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.content import Media, Text
from question_bank.formats import BankFile, Outcome, Refused, read
from question_bank.formats.exchange.yaml_bank import read_yaml, write_yaml
from question_bank.formats.office.xlsx_bank import write_xlsx
from question_bank.model import Question, TextKey, letters
from tests.unit.question_bank.banks import questions
from tests.unit.question_bank.test_reading_lines import PNG

HEADER = ["目录", "题型", "题干", "正确答案", "A", "B", "C"]
ROW = ["/导言/一节", "单选题", "甲问", "B", "一", "二", ""]


def workbook(*sheets: tuple[str, list[list[Any]]], header: str = "") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.set_header(header)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def rewritten(data: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    """The same package with one member's bytes changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            content = old.read(each)
            new.writestr(each, content.replace(*change) if each == name else content)
    return out.getvalue()


def xlsx(*rows: list[Any]) -> BankFile:
    return read(workbook(("Sheet1", list(rows))), "a.xlsx")


def test_a_row_becomes_a_question_with_its_place_and_category() -> None:
    (record,) = xlsx(HEADER, ROW).records
    assert record.where.to_json() == {"sheet": "Sheet1", "row": 2}
    assert record.question is not None and letters(record.question) == "B"
    assert record.question.category == ("导言", "一节")
    assert [o.content.plain for o in record.question.options] == ["一", "二"]


def test_notes_above_the_header_and_marks_in_it_do_no_harm() -> None:
    header = [
        "题干（必填）",
        "题型 （必填）",
        "选项 A\n(必填)",
        "选项B",
        "正确答案\n（必填）",
        "难度",
        "经办",
    ]
    found = xlsx(["填写说明：先读"], [], header, ["甲问", "判断题", "", "", True, "较难", "某"])
    (record,) = found.records
    assert record.question is not None and letters(record.question) == "A"
    assert record.question.difficulty == 4 and record.where.row == 4
    assert [note.code for note in found.notes] == ["text_outside", "column_ignored"]


def test_numbers_in_cells_read_as_people_read_them() -> None:
    (record,) = xlsx(HEADER, ["", "单选题", "哪年", "A", 1840, 1900.0, 3.5]).records
    assert record.question is not None
    assert [o.content.plain for o in record.question.options] == ["1840", "1900", "3.5"]


def test_the_type_follows_from_the_answer_where_no_column_names_it() -> None:
    found = xlsx(
        ["题目", "答案", "A", "B"], ["甲", "A", "一", "二"], ["乙", "AB", "一", "二"], ["丙", "对"]
    )
    assert [str(r.question.type) for r in found.records if r.question] == [
        *("single", "multiple", "true_false")
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "单选题", "甲问", "", "一", "二"], "no_answer"),
        (["", "单选题", "甲问", "D", "一", "二"], "key_beyond_options"),
        (["", "单选题", "甲问", "AB", "一", "二"], "type_disagrees"),
        (["", "单选题", "甲问", "AA", "一", "二"], "answer_letter_twice"),
        (["", "单选题", "甲问", "A", "一", "", "三"], "empty_option"),
        (["", "连线题", "甲问", "A", "一", "二"], "type_unknown"),
        (["", "判断题", "甲问", "大概"], "answer_not_true_false"),
        (["", "单选题", "甲问", "A", datetime.date(2024, 3, 4), "二"], "date_cell"),
        (["", "单选题", "甲问", "B\n2.乙问", "一", "二"], "answer_with_stray_text"),
    ],
)
def test_a_doubtful_row_is_left_for_a_person(row: list[Any], code: str) -> None:
    (record,) = xlsx(HEADER, row).records
    assert record.outcome is Outcome.TO_CONFIRM
    assert code in [reason.code for reason in record.reasons]


def test_a_row_without_a_stem_is_not_lost() -> None:
    records = xlsx(HEADER, ROW, ["", "单选题", "", "B", "一", "二"], [], ROW).records
    assert [str(r.outcome) for r in records] == ["ready", "not_understood", "ready"]


def test_a_formula_without_a_stored_value_is_named() -> None:
    data = workbook(("Sheet1", [HEADER, [*ROW[:3], '=UPPER("b")', *ROW[4:]]]))
    assert b"<v>0</v>" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    data = rewritten(data, "xl/worksheets/sheet1.xml", (b"<v>0</v>", b""))
    (record,) = read(data, "a.xlsx").records
    assert "formula_cell" in [reason.code for reason in record.reasons]
    assert record.outcome is not Outcome.READY


def test_absurd_dimensions_are_not_believed() -> None:
    data = workbook(("Sheet1", [HEADER, ROW]))
    data = rewritten(data, "xl/worksheets/sheet1.xml", (b'ref="A1:G2"', b'ref="A1:XFD1048576"'))
    assert len(read(data, "a.xlsx").records) == 1


def test_a_cell_at_the_far_end_of_the_sheet_is_refused_and_not_allocated() -> None:
    data = workbook(("Sheet1", [HEADER, ROW]))
    far = (
        b"</row></sheetData>",
        b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    with pytest.raises(Refused) as refused:
        read(rewritten(data, "xl/worksheets/sheet1.xml", far), "a.xlsx")
    assert refused.value.code == "too_large"


def test_sheets_are_categories_where_nothing_else_says_so() -> None:
    rows = [["题干", "答案", "A", "B"], ["甲问", "A", "一", "二"]]
    found = read(workbook(("刑法", rows), ("民法", rows), ("说明", [["无关"]])), "a.xlsx")
    assert [r.question.category for r in found.records if r.question] == [("刑法",), ("民法",)]
    assert [note.code for note in found.notes] == ["sheet_without_header"]


def test_delimited_text_is_a_table_too() -> None:
    text = '题型,题干,答案,选项A,选项B\n单选题,"甲,问",B,一,二\n'
    for data in (text.encode("utf-8-sig"), text.encode("gb18030")):
        (record,) = read(data, "a.csv").records
        assert record.question is not None and record.question.stem.plain == "甲,问"
    (record,) = read("题干\t答案\n甲\t对\n".encode(), "a.tsv").records
    assert record.outcome is Outcome.READY


@pytest.mark.parametrize(
    ("rows", "code"), [([], "empty_sheet"), ([["姓名", "警号"], ["甲", "1"]], "unknown_header")]
)
def test_a_workbook_without_questions_is_refused(rows: list[list[Any]], code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(workbook(("Sheet1", rows)), "a.xlsx")
    assert refused.value.code == code


def _read_whole(found: BankFile) -> list[Question]:
    assert all(record.outcome is Outcome.READY for record in found.records), found.records
    return [record.question for record in found.records if record.question is not None]


@given(st.lists(questions(), min_size=1, max_size=4))
def test_yaml_comes_back_as_it_went(bank: list[Question]) -> None:
    assert _read_whole(read_yaml(write_yaml(bank))) == bank


@settings(max_examples=40)
@given(st.lists(questions(), min_size=1, max_size=4))
def test_the_workbook_comes_back_as_it_went(bank: list[Question]) -> None:
    assert _read_whole(read(write_xlsx(bank), "题库.xlsx")) == bank


def test_a_cell_that_begins_like_a_formula_stays_text() -> None:
    yaml = "- {type: short_answer, stem: '=1+1 等于几', answer: '=2'}"
    bank = _read_whole(read(yaml.encode(), "a.yaml"))
    assert _read_whole(read(write_xlsx(bank), "a.xlsx")) == bank
    assert bank[0].key == TextKey("=2")


def test_the_empty_template_says_that_it_holds_no_questions() -> None:
    with pytest.raises(Refused) as refused:
        read(write_xlsx([]), "模板.xlsx")
    assert refused.value.code == "no_questions"


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        ("- {type: single, stem: 问, options: [甲, 乙], answer: C}", "key_beyond_options"),
        ("- {type: single, stem: 问, options: [甲, 乙], answer: AB}", "several_answers_for_one"),
        ("- {type: single, stem: 问, options: [甲, 乙]}", "no_answer"),
        ("- {type: 单选, stem: 问, options: [甲, 乙], answer: A}", "type_unknown"),
        ("- {type: true_false, stem: 问, answer: 也许}", "answer_not_true_false"),
        ("- {type: fill_blank, stem: 第____条, answer: [[一], [二]]}", "blank_count"),
        ("- {type: short_answer, stem: 问, answer: 答, anwser: 答}", "field_unknown"),
        ("- {type: short_answer, stem: [问], answer: 答}", "not_text"),
        ("- 一句话", "not_a_map"),
    ],
)
def test_a_yaml_question_that_is_not_whole_says_why(yaml: str, code: str) -> None:
    (record,) = read_yaml(yaml.encode()).records
    assert record.outcome is not Outcome.READY
    assert code in [reason.code for reason in record.reasons]


@pytest.mark.parametrize(
    "yaml", ["a: [", "- &a [*a]", "- !!python/object/apply:os.getcwd []", "一句话", "- &x 甲\n- *x"]
)
def test_yaml_that_is_no_bank_is_refused(yaml: str) -> None:
    with pytest.raises(Refused):
        read_yaml(yaml.encode())


def test_pictures_over_a_sheet_come_to_the_cells_they_begin_in() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    for number, row in enumerate([HEADER, ROW]):
        sheet.write_row(number, 0, row)
    sheet.insert_image(1, 4, "a.png", {"image_data": io.BytesIO(PNG)})
    sheet.insert_image(1, 20, "b.png", {"image_data": io.BytesIO(PNG)})
    book.close()
    found = read(out.getvalue(), "a.xlsx")
    (record,) = found.records
    assert record.question is not None
    media = [type(piece) for piece in record.question.stem.pieces]
    assert media == [Text, Media]
    assert [type(p) for p in record.question.options[0].content.pieces] == [Text, Media]
    assert len(found.media) == 1


def test_a_picture_in_a_cell_of_wps_is_found_by_its_name() -> None:
    row = ["", "单选题", '=DISPIMG("ID_0A",1)看图', "A", "一", '=DISPIMG("ID_FF",1)', ""]
    data = workbook(("Sheet1", [HEADER, ["" for _ in row]]))
    images = (
        '<c:cellImages xmlns:c="c" xmlns:x="x" xmlns:a="a" xmlns:r='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:cellImage><x:pic>'
        '<x:nvPicPr><x:cNvPr id="2" name="ID_0A"/></x:nvPicPr><a:blip r:embed="rId1"/></x:pic>'
        "</c:cellImage></c:cellImages>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://x/image" Target="media/i.png"/></Relationships>'
    )
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Sheet1")
    for number, cells in enumerate([HEADER, row]):
        sheet.write_row(number, 0, cells)
    book.close()
    data = out.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["xl/cellimages.xml"] = images.encode()
    members["xl/_rels/cellimages.xml.rels"] = relations.encode()
    members["xl/media/i.png"] = PNG
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    (record,) = read(packed.getvalue(), "a.xlsx").records
    assert record.outcome is Outcome.TO_CONFIRM
    assert [reason.code for reason in record.reasons] == ["empty_option", "picture_not_read"]
    assert record.draft is not None and "media" in str(record.draft["stem"])


def test_a_header_of_two_rows_is_read_as_one() -> None:
    found = xlsx(
        ["题型", "题干", "选项", "", "", "正确答案"],
        ["", "", "A", "B", "C", ""],
        ["单选题", "甲问", "一", "二", "", "B"],
    )
    (record,) = found.records
    assert record.question is not None and letters(record.question) == "B"
    assert record.where.row == 3
    assert "header_of_two_rows" in [note.code for note in found.notes]


def test_a_row_that_is_a_heading_sets_the_type_of_those_below() -> None:
    found = xlsx(
        ["题干", "正确答案", "A", "B", "C"],
        ["一、多选题", "", "", "", ""],
        ["甲问", "A", "一", "二", "三"],
        ["题干", "正确答案", "A", "B", "C"],
        ["二、判断题", "", "", "", ""],
        ["乙说", "对", "", "", ""],
    )
    assert [record.type for record in found.records] == ["multiple", "true_false"]
    assert [note.code for note in found.notes] == ["heading"] * 3


def test_a_passage_cell_over_several_questions_is_shared() -> None:
    header = ["题目类型", "大题题干", "小题题型", "小题题干", "正确答案", "选项A", "选项B"]
    found = xlsx(
        header,
        ["单选题", "甲问", "", "", "A", "一", "二"],
        ["共用题干题", "某甲一案", "单选题", "乙问", "B", "一", "二"],
        ["", "", "判断题", "丙说", "对", "", ""],
    )
    assert [(r.type, [e.code for e in r.reasons]) for r in found.records] == [
        ("single", []),
        ("single", []),
        ("true_false", []),
    ]
    passages = [r.question.passage for r in found.records if r.question]
    assert [each and each.plain for each in passages] == [None, "某甲一案", "某甲一案"]


def test_a_legend_in_the_header_says_what_1_and_2_stand_for() -> None:
    found = xlsx(
        ["题型", "题干", "正确答案（1对2错）"], ["判断题", "甲说", 1], ["判断题", "乙说", 2]
    )
    assert [r.question and letters(r.question) for r in found.records] == ["A", "B"]


def test_a_page_saved_as_a_workbook_is_read_by_its_table() -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in [HEADER, ROW]
    )
    page = f"<html><body><table>{rows}</table><script>x()</script></body></html>"
    (record,) = read(page.encode(), "a.xls").records
    assert record.question is not None and letters(record.question) == "B"


def test_a_table_without_a_header_is_told_by_its_content_and_confirmed() -> None:
    rows = [[f"第{n}个问题应当怎样回答", "一", "二", "三", "四", "ABCD"[n]] for n in range(4)]
    for found in (xlsx(*rows), read("\n".join(map(",".join, rows)).encode(), "a.csv")):
        assert [r.question and letters(r.question) for r in found.records] == ["A", "B", "C", "D"]
        assert all([e.code for e in r.reasons] == ["header_assumed"] for r in found.records)
        assert [r.where.row for r in found.records] == [1, 2, 3, 4]


def test_a_markdown_table_is_read_by_its_header() -> None:
    text = (
        "# 题\n\n| 题型 | 题干 | A | B | 答案 |\n|---|---|---|---|---|\n| 单选 | 甲\\|问 | 一 | 二 | A |\n"
        "| 判断 | 乙说 | | | 对 |\n\n1.丙问\nA.一\nB.二\n答案：B\n"
    )
    found = read(text.encode(), "a.md")
    assert [r.question and letters(r.question) for r in found.records] == ["A", "A", "B"]
    assert found.records[0].question and found.records[0].question.stem.plain == "甲|问"
