"""An admin's way: a bank from a file, a reading, a roster; and what each says to a bad file."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import openpyxl
import pytest

from learnapp.jobs.imports import enter_waiting, read_waiting
from question_bank import sample
from question_bank.formats.office.xlsx_bank import write_xlsx
from tests.services.people.rosters import SEAL
from tests.web.forms import exam_form, programme_form

BANKS = os.environ.get("LEARNAPP_BANKS")


def _upload(home, path, data, name, **fields):
    token = home.token("/me")
    body = {"file": (io.BytesIO(data), name), "csrf_token": token, **fields}
    return home.client.post(path, data=body, content_type="multipart/form-data")


def _new_bank(home):
    reply = home.post("/banks", name="新题库", unit=str(home.unit_id), classification="public")
    assert reply.status_code == 303
    return reply.headers["Location"]


def _roster(units, people):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("单位", units), ("人员", people)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_UNITS = [("单位名称", "上级单位", "类别"), ("城关派出所", "", "派出所")]
_HEADER = ("姓名", "警号", "单位", "人员类别", "角色")


def test_a_question_file_is_previewed_confirmed_and_imported_once(home):
    home.enter("admin")
    bank = _new_bank(home)
    data = write_xlsx(sample.load())
    staged = _upload(home, f"{bank}/import", data, "题.xlsx")
    assert staged.status_code == 303, staged.text
    job = staged.headers["Location"]
    assert "导入 80 题" in home.client.get(job).text
    home.post(f"{job}/confirm")
    assert "已导入 80 题" in home.client.get(bank).text
    again = _upload(home, f"{bank}/import", data, "题.xlsx").headers["Location"]
    page = home.client.get(again).text
    assert "没有选中要导入的题" in page and "其中 80 题与题库或本文件中的题相同" in page


@pytest.mark.skipif(not BANKS, reason="LEARNAPP_BANKS does not name the folder of real banks")
@pytest.mark.parametrize(
    ("name", "count"), [("04_xigai_answer_analysis.docx", 254), ("11_chaoxing_history.xlsx", 661)]
)
def test_real_banks_come_in_whole(home, name, count):
    home.enter("admin")
    bank = _new_bank(home)
    staged = _upload(home, f"{bank}/import", (Path(BANKS or "") / name).read_bytes(), name)
    job = staged.headers["Location"]
    files = home.client.application.extensions["learnapp.files"]
    read_waiting(home.database, files, home.clock.now())  # what is large waits for the scheduler
    assert f"读出 {count} 题" in home.client.get(job).text
    assert home.post(f"{job}/confirm").status_code == 303
    assert enter_waiting(home.database, SEAL, home.clock.now()) == 1
    said = re.search(r"已导入 (\d+) 题", home.client.get(job).text)
    assert said and count - 10 <= int(said.group(1)) <= count  # the same question twice is one


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.xlsx", "空的"),
        (b"MZ\x90", "a.xlsx", "损坏"),
        (b"x", "a.exe", "不支持"),
        (b"PK", "~$a.xlsx", "临时文件"),
        ("机密★10年\n1. 题干\nA. 甲\nB. 乙\n答案：A".encode(), "a.txt", "密级"),
    ],
)
def test_a_bad_question_file_is_refused_beside_the_field(home, data, name, said):
    home.enter("admin")
    bank = _new_bank(home)
    reply = _upload(home, f"{bank}/import", data, name)
    assert reply.status_code == 422
    assert said in reply.text


def test_an_upload_past_the_limit_is_refused_with_its_status(home):
    home.enter("admin")
    bank = _new_bank(home)
    home.client.application.config["MAX_CONTENT_LENGTH"] = 100_000
    reply = _upload(home, f"{bank}/import", b"x" * 200_000, "a.txt")
    assert reply.status_code == 413 and "没有上传" in reply.text


def test_a_roster_brings_units_people_roles_and_codes_that_activate(home):
    home.enter("admin")
    people = [
        _HEADER,
        ("赵一", "200001", "城关派出所", "民警", ""),
        ("钱二", "200002", "城关派出所", "辅警", "单位负责人"),
    ]
    staged = _upload(
        home, "/roster/import", _roster(_UNITS, people), "名册.xlsx", unit=str(home.unit_id)
    )
    assert staged.status_code == 303, staged.text
    page = home.client.get(staged.headers["Location"]).text
    assert "新建单位：城关派出所" in page and "钱二" in page and "辅警、单位负责人" in page
    done = home.post(f"{staged.headers['Location']}/confirm")
    assert done.headers["Location"].endswith("/codes")
    shown = home.client.get(done.headers["Location"])
    codes = re.findall(r'<code class="one-time-code">([A-Z0-9-]{14})</code>', shown.text)
    assert len(codes) == 2 and shown.text.index("钱二") < shown.text.index("赵一")
    home.client.delete_cookie("learnapp")
    done = home.post(
        "/activate", code=codes[0], password="a good long one", again="a good long one"
    )
    assert done.status_code == 303
    assert home.client.get("/progress", follow_redirects=True).status_code == 200
    assert "城关派出所" in home.client.get("/progress", follow_redirects=True).text
    home.client.delete_cookie("learnapp")
    again = home.post(
        "/activate", code=codes[0], password="a good long two", again="a good long two"
    )
    assert again.status_code == 422 and "已用过" in again.text


def test_trouble_in_a_roster_is_named_by_sheet_and_row_and_nothing_comes_in(home):
    home.enter("admin")
    people = [
        _HEADER,
        ("赵一", "200001", "没有的单位", "民警", ""),
        ("钱二", "200001", "城关派出所", "民警", "审题"),
    ]
    staged = _upload(
        home, "/roster/import", _roster(_UNITS, people), "名册.xlsx", unit=str(home.unit_id)
    )
    job = staged.headers["Location"]
    page = home.client.get(job).text
    assert "人员 第 2 行" in page and "没有这个单位：没有的单位" in page
    assert "与第 2 行重复" in page
    assert "不认识的角色：审题。可以填：干警、单位负责人、联络员、阅卷人、命题人、审题人" in page
    assert home.post(f"{job}/confirm").status_code == 422
    assert "共 5 人" in home.client.get("/people").text


def test_a_reading_is_previewed_in_portions_and_scripts_in_it_do_no_harm(home):
    home.enter("admin")
    text = "# 题目\n\n## 一\n\n正文<script>alert(1)</script>\n\n## 二\n\n更多\n".encode()
    staged = _upload(home, "/readings/import", text, "a.md", unit=str(home.unit_id))
    job = staged.headers["Location"]
    assert "题目" in home.client.get(job).text
    done = home.post(f"{job}/confirm", title="题目", source="", classification="public")
    assert done.status_code == 303
    assert home.client.get(done.headers["Location"]).status_code == 200


def test_a_programme_says_what_is_wrong_with_dates_and_with_a_blueprint(home):
    home.enter("admin")
    early = programme_form(home.unit_id, first_day="2026-12-05", last_day="2026-12-01")
    wrong = home.post("/programmes", **early)
    assert wrong.status_code == 422 and "结束不能早于开始" in wrong.text
    right = home.post("/programmes", **programme_form(home.unit_id))
    page = right.headers["Location"]
    exam = exam_form(single="100")
    odd = home.post(f"{page}/exams", **(exam | {"single": "10", "bands": "优秀"}))
    assert odd.status_code == 422 and "读不懂“优秀”" in odd.text
    short = home.post(f"{page}/exams", **exam)
    assert short.status_code == 422 and "只有 30 道可用" in short.text
    assert home.post(f"{page}/exams", **(exam | {"single": "10"})).status_code == 303
    preview = home.client.get(f"{page}/publish").text
    assert "涉及 5 人" in preview and "没有人因此立即逾期" in preview
    refused = home.post(f"{page}/publish", seen="another plan")
    assert refused.status_code == 422 and "请再看一遍预览" in refused.text
    seen = re.search(r'name="seen" value="(\w+)"', preview).group(1)
    assert home.post(f"{page}/publish", seen=seen).status_code == 303
    assert "已发布" in home.client.get(page).text
