"""组卷方案 as an admin writes it: rows checked against the bank, fixed questions, then an exam by it."""

from __future__ import annotations

import re

from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.exams.models import BlueprintCell, BlueprintFixed
from tests.web.forms import exam_form, programme_form

PAGE = "/banks/1/blueprints"


def _post(home, rows: list[dict[str, str]], do: str, **more: str):
    whole = {
        "section": "",
        "type": "single",
        "category": "",
        "difficulty": "",
        "count": "",
        "marks": "2",
    }
    data = {name: [(whole | row)[name] for row in rows] for name in whole}
    return home.client.post(PAGE, data={**data, **more, "do": do, "csrf_token": home.token()})


def test_rows_are_checked_against_the_bank_before_they_are_kept(home):
    home.enter("admin")
    assert "组卷方案" in home.client.get("/banks/1").text
    page = home.client.get(PAGE).text
    category = re.search(r'<datalist id="categories">.*?<option value="([^"]+)"', page, re.S).group(
        1
    )
    checked = _post(home, [{"count": "3", "category": category}, {"count": "9999"}], "check")
    assert "第 2 行的题数或分数不对" in checked.text and checked.status_code == 422
    checked = _post(home, [{"count": "3", "category": category}, {"count": "150"}], "check")
    counts = [int(each) for each in re.findall(r'<td class="num[^"]*"[^>]*>\s*(\d+)', checked.text)]
    assert len(counts) == 2 and counts[0] <= counts[1] == 30
    short = max(0, 3 - counts[0]) + 120
    assert f"共 153 题，306 分。题库里还差 {short} 题。" in checked.text
    assert re.search(r"<td[^>]*>\s*30 差 120 题\s*</td>", checked.text)
    more = _post(home, [{"count": "3"}], "add")
    assert more.text.count('name="section"') == 2
    short = _post(home, [{"count": "150"}], "save", name="太多")
    assert (
        short.status_code == 422 and "只有 30 道可用" in short.text and 'value="太多"' in short.text
    )
    assert _post(home, [{"count": ""}], "save", name="空").status_code == 422
    assert "名称不能为空" in _post(home, [{"count": "3"}], "save").text


def test_fixed_questions_fit_a_row_and_the_plan_serves_an_exam(home):
    with home.database.reading() as session:
        single, multiple = (
            session.scalar(select(QuestionVersion.id).where(QuestionVersion.type == kind).limit(1))
            for kind in ("single", "multiple")
        )
    home.enter("admin")
    rows = [
        {"count": "3", "section": "一、单选"},
        {"count": "2", "type": "true_false", "marks": "2.5"},
    ]
    for odd in (str(multiple), "999999", "第三题"):
        wrong = _post(home, rows, "save", name="周测", fixed=odd)
        assert wrong.status_code == 422 and f"固定试题 {odd}" in wrong.text
    assert _post(home, rows, "save", name="周测方案", fixed=f"{single}，").status_code == 303
    assert "固定 1 题" in home.client.get(PAGE).text
    with home.database.reading() as session:
        blueprint_id = session.scalars(select(BlueprintFixed.blueprint_id)).one()
        marks = session.scalars(
            select(BlueprintCell.marks).where(BlueprintCell.blueprint_id == blueprint_id)
        ).all()
        assert sorted(marks) == [200, 250]
    made = home.post("/programmes", **programme_form(home.unit_id))
    page = home.client.get(f"{made.location}/exams/new").text
    assert "周测方案（5 题，11 分）" in page
    exam = exam_form(
        title="按方案考", paper="each", release="at_once", markers="1", blueprint=str(blueprint_id)
    )
    assert home.post(f"{made.location}/exams", **exam).status_code == 303
    home.enter("officer")
    assert home.client.get(PAGE).status_code == 403
