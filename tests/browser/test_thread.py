"""The thread: from a one-time code on an empty database to a unit head's figure, in a browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from question_bank import sample
from question_bank.formats.xlsx_bank import write_xlsx

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # Monday 8:00 in Shanghai
PASSWORD = "a good long one"


def _activate(page: Page, url: str, code: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/activate")
    page.fill("#code", code)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main button[type=submit]")
    expect(page).to_have_url(re.compile("/week$"))


def _enter(page: Page, url: str, login: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/week$"))


def _roster(folder: Path) -> Path:
    book = openpyxl.Workbook()
    units = book.active
    units.title = "单位"
    units.append(("单位名称", "上级单位", "类别"))
    units.append(("城关派出所", "", "派出所"))
    people = book.create_sheet("人员")
    people.append(("姓名", "警号", "单位", "人员类别", "角色"))
    people.append(("赵一", "200001", "城关派出所", "民警", ""))
    people.append(("钱二", "200002", "城关派出所", "民警", "单位负责人"))
    people.append(("孙三", "200003", "云岭市委政法委", "公务员", "阅卷人"))
    path = folder / "名册.xlsx"
    book.save(path)
    return path


def _prepare(page: Page, url: str, folder: Path) -> dict[str, str]:
    """What the admin does; the codes by login name."""
    page.goto(f"{url}/roster")
    page.set_input_files("#file", _roster(folder))
    page.click("text=上传并检查")
    page.click("text=导入 3 人")
    rows = page.locator("tbody tr").all_inner_texts()
    codes = {row.split("\t")[2]: row.split("\t")[3] for row in rows}
    bank = folder / "题库.xlsx"
    bank.write_bytes(write_xlsx(sample.load()))
    page.goto(f"{url}/banks")
    page.fill("#name", "应知应会")
    page.click("main button:has-text('新建题库')")
    page.set_input_files("#file", bank)
    page.click("text=上传并预览")
    page.click("text=导入 80 题")
    reading = folder / "读物.md"
    reading.write_text("# 正当防卫\n\n## 条件\n\n起因、时间、对象。\n\n## 限度\n\n必要限度。\n", "utf-8")
    page.goto(f"{url}/readings")
    page.set_input_files("#file", reading)
    page.click("text=上传并预览")
    page.click("main form button:text-is('导入')")
    return codes


def _plan(page: Page, url: str) -> None:
    page.goto(f"{url}/programmes")
    page.fill("#name", "日学周测月考")
    page.fill("#stage_name", "第一阶段")
    page.fill("#first_day", "2026-11-16")
    page.fill("#last_day", "2026-11-27")
    page.click("main button:has-text('新建计划')")
    page.click("text=加入，按学习日分配")
    page.fill("#title", "第一周周测")
    page.fill("#opens_at", "2026-11-23T09:00")
    page.fill("#closes_at", "2026-11-23T18:00")
    page.click("main button:has-text('加入考试')")
    page.click("main a:has-text('发布前预览')")
    page.click("main button:has-text('发布，涉及 3 人')")
    expect(page.locator("#messages")).to_contain_text("计划已发布，涉及 3 人")


def _answer_everything(page: Page) -> None:
    """Choose, fill or write in each question by its visible controls, then go on."""
    total = page.locator("section.q").count()
    for number in range(1, total + 1):
        question = page.locator(f"section.q#q{number}")
        expect(question).to_be_visible()
        if question.locator("label.option").count():
            question.locator("label.option").first.click()
        elif question.locator("textarea").count():
            question.locator("textarea").fill("依法、及时、说明理由。")
            expect(question.locator("textarea")).to_have_value("依法、及时、说明理由。")
        else:
            for gap in question.locator("input.gap").all():
                gap.fill("三十日")
        expect(page.locator("#count")).to_have_text(f"已答 {number} / {total}")
        if number < total:
            page.click("#next")


def _sit(page: Page, url: str, cut_the_network: bool) -> None:
    page.goto(f"{url}/exams")
    page.click("main a:has-text('准备作答')")
    page.click("main form button:has-text('开始作答')")
    expect(page.locator("section.q#q1")).to_be_visible()
    if cut_the_network:
        page.context.set_offline(True)
    _answer_everything(page)
    if cut_the_network:
        expect(page.locator("#saved")).to_contain_text(re.compile("待同步|离线"))
        page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_text("已保存", timeout=30_000)
    expect(page.locator("section.q.now .q-kept")).to_have_text("已保存")
    page.reload()
    expect(page.locator("#count")).to_have_text(re.compile(r"已答 15 / 15"))
    if page.locator("#open-card").is_visible():
        page.click("#open-card")
    page.click("#hand-in")
    page.click("#ask-yes")
    expect(page).to_have_url(re.compile("/result$"), timeout=30_000)
    expect(page.locator("main")).to_contain_text("待阅卷")


@pytest.mark.slow
@pytest.mark.parametrize("cut_the_network", [False, True], ids=["steady", "cut"])
def test_from_an_activation_code_to_the_figure(make_server, page, tmp_path, cut_the_network):
    server = make_server(now=NOW)
    url = server.url
    code = server.run(
        "admin", "create", "--unit", "云岭市委政法委", "--name", "王管理", "--login", "admin"
    ).split()[-1]
    _activate(page, url, code)
    codes = _prepare(page, url, tmp_path)
    _plan(page, url)
    _activate(page, url, codes["200002"])
    page.goto(f"{url}/progress")
    expect(page.locator("tbody tr").first).to_contain_text("0/4")
    _activate(page, url, codes["200001"])
    page.click("text=正当防卫")
    page.click("text=下一节")
    expect(page.locator("#messages")).to_contain_text("本节已完成")
    server.set_clock(NOW + timedelta(hours=1, minutes=1))
    _sit(page, url, cut_the_network)
    _activate(page, url, codes["200003"])
    page.goto(f"{url}/marking")
    if page.locator("#awarded").count():
        page.fill("#awarded", "5")
    else:
        page.keyboard.press("f")  # every point in full
        expect(page.locator("#point1")).not_to_have_value("")
    page.click("text=给分，看下一题")
    server.set_clock(NOW + timedelta(hours=11))
    _enter(page, url, "admin")
    _wait_for_the_scheduler(page, url)
    _enter(page, url, "200002")
    page.goto(f"{url}/progress")
    expect(page.locator("tbody tr").first).to_contain_text(re.compile("[12]/4"))
    expect(page.locator("p.lead")).to_contain_text("时间进度 50.0%")


def _wait_for_the_scheduler(page: Page, url: str) -> None:
    """The audit shows that the running scheduler opened and closed the window, each once."""
    for _ in range(40):
        page.goto(f"{url}/audit?what=exams")
        text = page.locator("main").inner_text()
        if "结束（" in text:
            break
        page.wait_for_timeout(250)
    assert text.count("开考（") == 1 and text.count("结束（") == 1
