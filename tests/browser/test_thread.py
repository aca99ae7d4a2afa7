"""The thread: from a one-time code on an empty database to a unit head's figure, in a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import reads, thread_files

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # Monday 8:00 in Shanghai
PASSWORD = "a good long one"
PEOPLE = ("200001", "200002", "200003")
TYPES = {"single": 5, "multiple": 3, "true_false": 4, "fill_blank": 2, "short_answer": 1}
TOTAL = sum(TYPES.values())


def _activate(page: Page, url: str, code: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/activate")
    page.fill("#code", code)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main button[type=submit]")
    expect(page).to_have_url(re.compile("/(week|desk|progress)$"))


def _enter(page: Page, url: str, login: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/(week|desk|progress)$"))


def _bring_people(page: Page, url: str, folder: Path) -> dict[str, str]:
    """The roster, brought in by the admin; the one-time codes by login name."""
    page.goto(f"{url}/roster")
    page.set_input_files("#file", thread_files.roster(folder))
    page.click("text=上传并检查")
    expect(page.locator("main")).to_contain_text("人员 3 人")
    page.click("text=导入 3 人")
    rows = page.locator("tbody tr", has=page.locator("code"))
    expect(rows).to_have_count(len(PEOPLE))
    return {each: reads.text(rows.filter(has_text=each).locator("code")) for each in PEOPLE}


def _bring_questions(page: Page, url: str, folder: Path) -> None:
    page.goto(f"{url}/banks")
    page.fill("#name", "应知应会")
    page.click("main button:has-text('新建题库')")
    page.set_input_files("#file", thread_files.bank(folder))
    page.click("text=上传并预览")
    page.click("text=导入 80 题")
    expect(page.locator("main h1")).to_have_text("应知应会")


def _bring_a_reading(page: Page, url: str, folder: Path) -> None:
    """A Word file; its preview shows table and picture; its check question comes from the bank."""
    page.goto(f"{url}/readings")
    page.set_input_files("#file", thread_files.reading(folder))
    page.click("text=上传并预览")
    expect(page.locator(".preview table")).to_contain_text(thread_files.CELL)
    _comes(page.locator(".preview img"))
    page.click("main form button:text-is('导入')")
    page.goto(f"{url}/readings")
    page.click("main a:has-text('正当防卫')")
    check = page.locator("#check1")
    choice = check.locator("option", has_text=thread_files.CHECK)
    check.select_option(reads.attribute(choice, "value"))
    page.click("form[action$='/check'] button:has-text('保存')")
    expect(page.locator("#told")).to_contain_text("已保存")


def _comes(picture: Locator) -> None:
    """The picture is seen and its file has come."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def _plan(page: Page, url: str) -> None:
    page.goto(f"{url}/programmes")
    page.fill("#name", "日学周测月考")
    page.fill("#stage_name", "第一阶段")
    page.fill("#first_day", "2026-11-16")
    page.fill("#last_day", "2026-11-27")
    page.click("main button:has-text('新建计划')")
    page.click("main label:has-text('正当防卫')")
    page.click("text=加入，按学习日分配")
    page.click("main a:has-text('单独一场')")
    page.fill("#title", "第一周周测")
    for kind, count in TYPES.items():
        page.fill(f"#{kind}", str(count))
    page.fill("#opens_at", "2026-11-23T09:00")
    page.fill("#closes_at", "2026-11-23T18:00")
    page.click("main button:has-text('加入考试')")
    page.click("main a:has-text('发布前预览')")
    for line in ("正当防卫", "第一周周测"):
        expect(page.locator("tbody tr", has_text=line)).to_be_visible()
    page.click("main button:has-text('发布，涉及 3 人')")
    expect(page.locator("#messages, #told").first).to_contain_text("计划已发布，涉及 3 人")


def _read(page: Page) -> None:
    """Section by section to the check question: answered wrong, then right."""
    page.click("main a:has-text('正当防卫')")
    expect(page.locator("article table")).to_contain_text(thread_files.CELL)
    page.click("text=下一节")
    _comes(page.locator("article img"))
    check = page.locator("#check")
    for words, said in ((thread_files.WRONG, "不对"), (thread_files.RIGHT, "答对了")):
        check.locator("label.option", has_text=words).click()
        check.locator("button:has-text('提交')").click()
        expect(page.locator("#told")).to_contain_text(said)
        expect(page.locator("#told")).to_be_in_viewport()
    expect(check).to_contain_text("正确答案")


def _answer(question: Locator, kind: str) -> None:
    """Answer a question as its type is answered, by what is seen of it."""
    if kind == "short_answer":
        question.locator("textarea").fill("依法、及时、说明理由。")
        expect(question.locator("textarea")).to_have_value("依法、及时、说明理由。")
    elif kind == "fill_blank":
        for gap in reads.each(question.locator("input.gap")):
            gap.fill("三十日")
            expect(gap).to_have_value("三十日")
    else:
        for n in range(2 if kind == "multiple" else 1):
            question.locator("label.option").nth(n).click()
            expect(question.locator("label.option input").nth(n)).to_be_checked()


def _answer_everything(page: Page) -> None:
    """Each question in its turn; the bar counts along."""
    met = dict.fromkeys(TYPES, 0)
    for number in range(1, TOTAL + 1):
        question = page.locator(f"section.q#q{number}.now")
        expect(question).to_be_visible()
        kind = reads.attribute(question, "data-type")
        met[kind] += 1
        _answer(question, kind)
        expect(page.locator("#count")).to_have_text(f"已答 {number} / {TOTAL}")
        if number < TOTAL:
            page.click("#next")
    assert met == TYPES


def _sit(page: Page, url: str, cut_the_network: bool) -> None:
    page.goto(f"{url}/exams")
    page.click("main a:has-text('准备作答')")
    expect(page.locator("table.start-parts tbody tr")).to_have_count(len(TYPES))
    page.click("main form button:has-text('开始作答')")
    reads.alive(page)  # before that the page is a form whose script is on its way
    expect(page.locator("section.q")).to_have_count(TOTAL)
    if cut_the_network:
        page.context.set_offline(True)
    _answer_everything(page)
    if cut_the_network:
        expect(page.locator("#saved")).to_contain_text(re.compile("待同步|离线"))
        page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("已保存")
    expect(page.locator("section.q.now .q-kept")).to_have_text("已保存")
    page.reload()
    reads.alive(page)
    expect(page.locator("#count")).to_have_text(f"已答 {TOTAL} / {TOTAL}")
    if reads.shown(page.locator("#hand-in"), page.locator("#open-card")):
        page.click("#open-card")
    page.click("#hand-in")
    page.click("#ask-yes")
    expect(page).to_have_url(re.compile("/result$"))
    expect(page.locator("main")).to_contain_text("待阅卷")


def _mark(page: Page, url: str) -> None:
    page.goto(f"{url}/marking")
    points = page.locator("#point1")
    if reads.shown(page.locator("#awarded"), points):
        page.keyboard.press("f")  # every point in full, once the script listens
        expect(points).not_to_have_value("")
    else:
        page.fill("#awarded", "5")
    page.click("text=给分，看下一题")
    expect(page.locator("main")).not_to_contain_text("待阅 1 题")


@pytest.mark.slow
@pytest.mark.parametrize(
    "screen, cut_the_network", [("desktop", False), ("mobile", True)], ids=["steady", "cut"]
)
def test_from_an_activation_code_to_the_figure(
    make_server, open_page, tmp_path, screen, cut_the_network
):
    server, page = make_server(now=NOW), open_page(screen)
    url = server.url
    whose = ("--unit", "云岭市委政法委", "--name", "王管理", "--login", "admin")
    _activate(page, url, server.run("admin", "create", *whose).split()[-1])
    codes = _bring_people(page, url, tmp_path)
    _bring_questions(page, url, tmp_path)
    _bring_a_reading(page, url, tmp_path)
    _plan(page, url)
    _activate(page, url, codes["200002"])
    page.goto(f"{url}/progress?stage=1")
    expect(page.locator("tbody tr").first).to_contain_text("0/4")
    _activate(page, url, codes["200001"])
    _read(page)
    server.set_clock(NOW + timedelta(hours=1, minutes=1))
    _sit(page, url, cut_the_network)
    _activate(page, url, codes["200003"])
    _mark(page, url)
    server.set_clock(NOW + timedelta(hours=11))
    _enter(page, url, "admin")
    audit = reads.revisited(
        page, f"{url}/audit?what=exams", lambda text: "结束（" in text, "the exam was never closed"
    )
    assert audit.count("开考（") == 1 and audit.count("结束（") == 1
    _enter(page, url, "200002")
    page.goto(f"{url}/progress?stage=1")
    expect(page.locator("tbody tr").first).to_contain_text(re.compile("[12]/4"))
    expect(page.locator("p.lead")).to_contain_text("时间进度 50.0%")
