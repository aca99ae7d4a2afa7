"""What the pages of a PDF add to its text: headers, footers, and lines broken at their width."""

from __future__ import annotations

from question_bank.formats import Outcome, read
from question_bank.inspection import inspect_json
from tests.unit.question_bank.pdf import pdf

LONG = "民警接到报警以后应当在规定的时间以内到达现场并且首先（）"
OPTIONS = "A.登记报警人的姓名和联系方式B.下班C.等候上级的指示D.休息"


def test_headers_and_footers_are_no_part_of_what_runs_over_a_page() -> None:
    head = "某局岗位练兵题库"
    one = [
        head,
        "1.接警后首先应当（）",
        "A.登记",
        "B.下班",
        "答案：A",
        "2.钥匙由谁保管（）",
        "A.访客",
    ]
    two = [head, "B.值班员", "答案：B", "3.巡逻不得少于（）人", "A.一", "B.二", "答案：B"]
    found = read(pdf([*one, "第 1 页 共 2 页"], [*two, "第 2 页 共 2 页"]), "a.pdf")
    assert [r.outcome for r in found.records] == [Outcome.READY] * 3
    shown = inspect_json(found, "a.pdf")["records"]
    assert [each["options"] for each in shown][1] == ["访客", "值班员"]
    assert sum(note.code == "page_furniture" for note in found.notes) == 4


def test_lines_that_the_width_of_a_page_broke_are_put_together() -> None:
    lines = []
    for number in (1, 2, 3):
        text = f"{number}.{LONG}{OPTIONS}答案：A"
        lines += [text[at : at + 24] for at in range(0, len(text), 24)]
    shown = inspect_json(read(pdf(lines), "a.pdf"), "a.pdf")["records"]
    assert [each["answer"] for each in shown] == ["A", "A", "A"]
    assert shown[0]["options"] == ["登记报警人的姓名和联系方式", "下班", "等候上级的指示", "休息"]
    assert LONG in shown[0]["stem"]
