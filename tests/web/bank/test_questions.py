"""Questions from each side: an editor's new version, a reviewer, a key put right, a report, exports."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.jobs import background
from question_bank.formats import read


def _first(home):
    page = home.client.get("/banks/1?type=single").text
    return re.search(r'href="(/questions/\d+)"', page).group(1)


def _fields(home, address):
    """The form's fields as the page has them."""
    page = home.client.get(f"{address}/edit").text
    fields = dict(re.findall(r'<input[^>]*name="(options-\d+)"[^>]*value="([^"]*)"', page))
    stem = re.search(r'<textarea[^>]*name="stem"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL).group(
        1
    )
    answer = re.search(r'<textarea[^>]*name="answer"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    return {**fields, "type": "single", "stem": stem, "answer": answer.group(1), "use": "both"}


def test_an_edit_is_a_draft_until_somebody_else_approves_it(home):
    home.enter("admin")
    address = _first(home)
    shown = home.client.get(address)
    assert shown.status_code == 200 and "正确答案" in shown.text and "还没有考过" in shown.text
    fields = _fields(home, address)
    wrong = home.post(f"{address}/edit", **{**fields, "answer": "Z"})
    assert wrong.status_code == 422 and "答案" in wrong.text
    saved = home.post(f"{address}/edit", **{**fields, "stem": "改过的题干？", "comment": "更清楚"})
    new = saved.headers["Location"]
    assert saved.status_code == 303 and new != address
    page = home.client.get(new).text
    assert "草稿" in page and "更清楚" in page
    assert home.post(f"{new}/do", action="submitted").status_code == 303
    own = home.post(f"{new}/do", action="approved")
    assert own.status_code == 403 and "请由另一位有权限的人办理" in own.text
    urgent = home.post(f"{new}/do", action="released_urgently", comment="张局长批准")
    assert urgent.status_code == 403
    assert "已被新版替换" not in home.client.get(address).text
    assert home.post(f"{new}/do", action="nonsense").status_code == 422


def test_a_key_is_put_right_after_a_look_at_what_changes(home):
    home.enter("admin")
    address = _first(home)
    answer = _fields(home, address)["answer"]
    other = "B" if answer != "B" else "C"
    same = home.post(f"{address}/key", answer=answer, do="preview")
    assert same.status_code == 422 and "答案没有变化" in same.text
    seen = home.post(f"{address}/key", answer=other, do="preview")
    assert "0 份答卷用过这道题" in seen.text
    without = home.post(f"{address}/key", answer=other, do="confirm", reason="")
    assert without.status_code == 422 and "请写明理由" in without.text
    ticked = re.compile(r'<input[^>]*name="keeps"[^>]*>')
    assert "checked" in ticked.search(seen.text)[0]
    again = home.post(f"{address}/key", answer=other, do="preview", reason="引错了条文")
    assert "checked" not in ticked.search(again.text)[0]  # the decision outlives another look
    unfit = home.post(f"{address}/key", answer="Z", do="preview", reason="引错了条文").text
    assert "checked" not in ticked.search(unfit)[0] and "引错了条文" in unfit
    done = home.post(f"{address}/key", answer=other, do="confirm", reason="引错了条文", keeps="y")
    assert done.status_code == 303
    assert "引错了条文" in home.client.get(address).text


def test_a_further_answer_is_admitted_and_a_question_voided_on_the_same_page(home):
    home.enter("admin")
    address = _first(home)
    fields = _fields(home, address)
    answer, other = fields["answer"], "B" if fields["answer"] != "B" else "C"
    both = " 或 ".join(sorted([answer, other]))
    page = home.client.get(f"{address}/key").text
    assert all(words in page for words in ("承认另一个答案", "都得满分", "不计分", "解析"))
    given = {"correction": "admit", "answer": other, "explanation": "两条都这样规定。", "base": "1"}
    seen = home.post(f"{address}/key", **given, do="preview")
    assert "0 份答卷用过这道题" in seen.text
    done = home.post(f"{address}/key", **given, do="confirm", reason="教材两种说法", keeps="y")
    assert done.status_code == 303
    shown = home.client.get(address).text
    assert both in shown and "两条都这样规定" in shown
    again = home.post(f"{address}/key", **given, do="confirm", reason="教材两种说法", keeps="y")
    assert again.status_code == 303 and "已经这样改正过了" in home.client.get(address).text
    void = {"correction": "void_out", "base": "2"}
    before = home.post(f"{address}/key", **void, do="preview").text
    assert "这道题不再用于练习和以后的组卷" in before and "作废并重算" in before
    stale = home.post(
        f"{address}/key", correction="void_full", base="1", do="confirm", reason="题干有误"
    )
    assert stale.status_code == 409
    done = home.post(f"{address}/key", **void, do="confirm", reason="题干有误", keeps="y")
    assert done.status_code == 303
    shown = home.client.get(address).text
    assert "此题作废：不计分" in shown and "已停用" in shown
    refused = home.post(f"{address}/key", correction="nonsense", do="preview")
    assert refused.status_code == 422


def test_the_page_that_puts_a_key_right_is_not_drawn_for_whose_paper_has_the_question(home):
    home.enter("admin")
    path = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{path}/submit", confirmed="1")
    with home.database.reading() as session:
        version = session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.person_id == home.people["admin"])
        ).first()
    reply = home.client.get(f"/questions/{version}/key")
    assert reply.status_code == 403 and "请由另一位有权限的人办理" in reply.text


def test_who_opened_a_key_or_took_it_out_cannot_sit_the_exam(home):
    home.enter("officer")
    assert home.client.get("/questions/1").status_code == 403


@pytest.mark.parametrize("form", ["xlsx", "docx", "gift", "xml", "zip", "aiken", "yaml"])
def test_a_bank_is_taken_out_in_every_format_and_reads_again(home, form):
    home.enter("admin")
    reply = home.client.get(f"/banks/1/export/{form}")
    assert reply.status_code == 200
    found = read(reply.data, f"a.{form}")
    fits = {"aiken": 48}.get(form, 80)  # single choice and true/false only
    assert len(found.records) == fits or form == "gift"
    assert home.client.get("/banks/1/export/exe").status_code == 404


def test_a_paper_without_its_key_tells_no_answer(home):
    home.enter("admin")
    reply = home.client.get("/banks/1/export/paper")
    found = read(reply.data, "a.docx")
    assert all(
        "no_answer" in [r.code for r in each.reasons] or each.type == "fill_blank"
        for each in found.records
    )


def test_a_law_that_was_amended_takes_its_questions_out_until_reviewed(home):
    home.enter("admin")
    reply = home.post("/banks/1/law", law="行政诉讼法", comment="2027 年修订")
    assert reply.status_code == 303
    page = home.client.get("/banks").text
    assert "待审试题" in page
    listed = home.client.get("/questions/review").text
    assert "待审" in listed
    assert home.post("/banks/1/law", law="法" * 20_000).status_code == 422
    empty = home.post("/banks/1/law", law=" ")
    assert empty.status_code == 422


def test_figures_are_counted_on_demand(home):
    home.enter("admin")
    assert home.post("/banks/1/figures").status_code == 303
    assert "已排队" in home.client.get("/banks/1").text
    background.carry_out_waiting(home.database, home.clock.now)
    assert "统计了 0 道用过的题" in home.client.get("/banks/1").text


def test_an_officer_reports_a_question_and_is_told_the_answer(home):
    home.enter("officer")
    started = home.post("/windows/1/start")
    attempt = started.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
    home.post(f"/attempts/{attempt}/submit", confirmed="1")
    result = home.client.get(f"/attempts/{attempt}/result").text
    assert "这道题有问题" in result
    done = home.post(f"/attempts/{attempt}/questions/1/report", text="第二项也对")
    assert done.status_code == 303
    assert home.post(f"/attempts/{attempt}/questions/99/report", text="x").status_code == 404
    home.enter("admin")
    page = home.client.get("/questions/reports").text
    assert "第二项也对" in page and "officer" not in page
    number = re.search(r"/questions/reports/(\d+)", page).group(1)
    assert home.post(f"/questions/reports/{number}", answer="已核对").status_code == 303
    assert home.post(f"/questions/reports/{number}", answer="又").status_code == 409
    home.enter("officer")
    week = home.client.get("/week").text
    assert "“周测”第 1 题" in week and "已核对" not in week  # what is right is told with the key
    home.clock.instant += timedelta(days=2)
    week = home.client.get("/week").text
    assert "已答复：已核对" in week and f"/attempts/{attempt}/result#report-1" in week
    assert "已核对" in home.client.get(f"/attempts/{attempt}/result").text
    notice = re.search(r"/notices/(\d+)", home.client.get("/notices").text).group(1)
    home.post(f"/notices/{notice}")
    assert "已答复" not in home.client.get("/week").text


def test_many_questions_are_changed_at_once(home):
    home.enter("admin")
    assert home.post("/banks/1/change").status_code == 422
    at, to = (
        "/banks/1/change?type=single",
        {"category": "新章/一节", "difficulty": "4", "use": "exam"},
    )
    asked = home.post(at, **to)
    assert asked.status_code == 200 and "30 题" in asked.text and "新章 / 一节" in asked.text
    assert "新章" not in home.client.get(_first(home)).text  # nothing is changed yet
    unseen = home.post(at, **to, do="confirm", seen="x")
    assert unseen.status_code == 422 and "请看过再办" in unseen.text
    assert home.post(at, **to, do="edit").location.startswith("/banks/1?type=single")
    seen = re.findall(r'name="seen" value="(\w+)"', asked.text)[0]
    assert home.post(at, **to, do="confirm", seen=seen).status_code == 303
    assert "改动了 30 题" in home.client.get("/banks/1").text
    page = home.client.get(_first(home)).text
    assert "新章 / 一节" in page and "考试" in page


def test_text_and_initials_find_a_question(home):
    home.enter("admin")
    assert "公民直接向人民法院提起行政诉讼" in home.client.get("/banks/1?q=提起行政诉讼").text
    assert "公民直接向人民法院提起行政诉讼" in home.client.get("/banks/1?q=gmzjxrmfy").text
    assert "没有题目" in home.client.get("/banks/1?q=绝无此文").text
