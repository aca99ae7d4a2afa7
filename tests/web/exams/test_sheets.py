"""成绩册 and 年度成绩汇总表: page, workbook and document say the same, cell by cell."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import docx
import openpyxl
from sqlalchemy import select

from learnapp.db.exams.models import Exam
from learnapp.db.operations.models import AuditEntry
from learnapp.jobs import background
from tests.small_office import NOW
from tests.web.exams.test_results import sit

OVER = NOW + timedelta(hours=10)


def _plain(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()


def _page_rows(page: str) -> list[list[str]]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [_plain(each) for each in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def _book(data: bytes) -> list[list[str]]:
    rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(min_row=3, values_only=True)
    return [
        [
            "" if cell is None else f"{cell:g}" if isinstance(cell, float | int) else cell
            for cell in row
        ]
        for row in rows
        if row[1] is not None
    ]


def _paper(data: bytes) -> list[list[str]]:
    (table,) = docx.Document(io.BytesIO(data)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def _carry_out(home) -> None:
    background.carry_out_waiting(home.database, lambda: home.clock.instant)


def _sat(home) -> None:
    with home.database.writing() as session:
        session.scalars(select(Exam)).one().kind = "monthly"
    home.enter("officer")
    sit(home, right=4)
    home.clock.instant = OVER
    home.enter("admin")


def test_a_mark_sheet_says_the_same_on_its_page_and_in_both_files(home):
    _sat(home)
    made = home.post(f"/rooms/{home.window_id}/results/sheet")
    assert made.status_code == 303 and "已排队" in home.client.get(made.location).text
    assert home.client.get(f"{made.location}/xlsx").status_code == 404  # not ready
    _carry_out(home)
    rows = _page_rows(home.client.get(made.location).text)
    book = _book(home.client.get(f"{made.location}/xlsx").data)
    paper = _paper(home.client.get(f"{made.location}/docx").data)
    assert book[0] == paper[0] == ["序号", "单位", "姓名", "警号", "类别", "成绩", "合格", "备注"]
    assert rows == book[1:] == paper[1:] and len(rows) == 5
    assert [row[5:] for row in rows if row[3] == "officer"] == [["40", "不合格", ""]]
    assert [row[5:] for row in rows if row[3] == "other"] == [["", "", "缺"]]
    direct = home.client.get(f"/rooms/{home.window_id}/results/docx").data
    assert _paper(direct) == paper  # the same as made while one waits
    signed = docx.Document(io.BytesIO(direct)).paragraphs[-1].text
    assert (
        signed.startswith("制表人：admin甲") and "审核人：" in signed and "2026年11月23日" in signed
    )


def test_a_year_has_its_months_as_columns_and_is_read_by_who_asked_alone(home):
    _sat(home)
    assert "年度" in home.client.get("/marks/year").text
    wanted = {"unit": str(home.unit_id), "year": "2026", "kind": "monthly"}
    assert home.post("/marks/year", **{**wanted, "year": "1"}).status_code == 422
    where = home.post("/marks/year", **wanted).location
    _carry_out(home)
    page = home.client.get(where).text
    rows, book = _page_rows(page), _book(home.client.get(f"{where}/xlsx").data)
    assert rows == book[1:] == _paper(home.client.get(f"{where}/docx").data)[1:]
    assert "月考，共 1 场" in page and book[0][5:] == [f"{month} 月" for month in range(1, 13)]
    november = {row[3]: row[5 + 10] for row in rows}
    assert november["officer"] == "40" and november["head"] == "缺"
    assert {cell for row in rows for n, cell in enumerate(row) if n >= 5 and n != 15} == {""}
    with home.database.reading() as session:
        taken = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "marks.year_exported")
        ).all()
        assert [each.detail for each in taken] == [
            {"year": 2026, "form": "xlsx"},
            {"year": 2026, "form": "docx"},
        ]
    assert (
        "年度成绩汇总表" in home.client.get("/audit").text
        and where in home.client.get("/jobs").text
    )
    home.enter("head")
    assert home.client.get(where).status_code == 403
