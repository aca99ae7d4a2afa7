"""Files of unusual build: Excel 2003 as XML, pages without a root, upright tables, words in colour."""

from __future__ import annotations

import io

from docx import Document
from docx.shared import RGBColor

from question_bank.formats import BankFile, read
from question_bank.inspection import inspect_json

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


def answers_of(found: BankFile, *, ready: bool = True) -> list[object]:
    records = inspect_json(found, "f")["records"]
    assert all((each["outcome"] == "ready") is ready for each in records)
    return [each["answer"] for each in records]


_ROWS = (["题目", "A", "B", "答案"], ["谁签字？", "值班员", "访客", "A"])
_CELLS = [
    "".join(f'<Cell><Data ss:Type="String">{value}</Data></Cell>' for value in row) for row in _ROWS
]
OLD_WORKBOOK = (
    f'<?xml version="1.0"?><Workbook xmlns="{_NAMESPACE}" xmlns:ss="{_NAMESPACE}">'
    f'<Worksheet ss:Name="一"><Table><Row>{_CELLS[0]}</Row><Row ss:Index="3">{_CELLS[1]}</Row>'
    "</Table></Worksheet></Workbook>"
)


def test_a_workbook_of_excel_2003_in_xml_is_read() -> None:
    found = read(OLD_WORKBOOK.encode(), "题.xls")
    assert answers_of(found) == ["A"] and found.records[0].where.row == 3


def test_a_cell_that_lies_far_to_the_right_is_where_it_says() -> None:
    titles = '<Cell><Data ss:Type="String">题目</Data></Cell>'
    titles += '<Cell ss:Index="4"><Data ss:Type="String">答案</Data></Cell>'
    values = '<Cell ss:MergeAcross="2"><Data ss:Type="String">须登记。</Data></Cell>'
    values += '<Cell><Data ss:Type="String">对</Data></Cell>'
    data = (
        f'<Workbook xmlns="{_NAMESPACE}" xmlns:ss="{_NAMESPACE}"><Worksheet><Table>'
        f"<Row>{titles}</Row><Row>{values}</Row></Table></Worksheet></Workbook>"
    )
    assert answers_of(read(data.encode(), "题.xml")) == ["true"]


def test_a_page_without_a_root_is_a_page() -> None:
    lines = ["1. 谁签字？", "A. 值班员", "B. 访客", "答案：A"]
    page = "\n".join(f"<p>{line}</p>" for line in lines)
    assert answers_of(read(page.encode(), "题.txt")) == ["A"]


def test_the_letters_of_a_list_are_those_of_options() -> None:
    page = "<ol><li>谁签字？<ol type='A'><li>值班员</li><li>访客</li></ol>答案：A</li></ol>"
    (record,) = read(page.encode(), "题.html").records
    assert record.question is not None
    assert [each.content.plain for each in record.question.options] == ["值班员", "访客"]


def test_a_table_that_holds_its_titles_in_the_first_column_is_turned() -> None:
    document = Document()
    table = document.add_table(rows=0, cols=2)
    for question in (("谁签字？", "值班员", "访客", "A"), ("几日？", "一日", "三日", "B")):
        for title, value in zip(("题目", "A", "B", "答案"), question, strict=True):
            cells = table.add_row().cells
            cells[0].text, cells[1].text = title, value
    assert answers_of(read(saved(document), "题.docx")) == ["A", "B"]


def saved(document: object) -> bytes:
    data = io.BytesIO()
    document.save(data)  # type: ignore[attr-defined]
    return data.getvalue()


def paragraph(document: object, *runs: str) -> None:
    """A paragraph whose runs that begin with ! are red."""
    made = document.add_paragraph()  # type: ignore[attr-defined]
    for text in runs:
        run = made.add_run(text.removeprefix("!"))
        if text.startswith("!"):
            run.font.color.rgb = RGBColor(255, 0, 0)


def test_red_words_in_brackets_are_proposed_as_what_gaps_hold() -> None:
    document = Document()
    paragraph(document, "1.须由（", "!值班员", "）签字。")
    paragraph(document, "2.每（", "!两", "）小时巡查。")
    assert answers_of(read(saved(document), "题.docx"), ready=False) == [["值班员"], ["两"]]


def test_a_red_option_beside_another_answer_is_a_doubt() -> None:
    document = Document()
    for runs in (["1.谁签字？"], ["!A.值班员"], ["B.访客"], ["答案：B"]):
        paragraph(document, *runs)
    (record,) = read(saved(document), "题.docx").records
    assert [each.code for each in record.reasons] == ["answers_differ"]
