"""A week on a phone whose network is cut after the first page: reading goes on, nothing is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.practice.models import PracticeAnswer
from learnapp.db.study.models import Completion
from tests.browser.reads import until
from tests.small_office import NOW, PASSWORD, build


def _count(database: Database, rows: type[Completion | PracticeAnswer]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(rows))


def _sign_in(page: Page, url: str) -> None:
    """Sign in with the password shown for a moment, and wait until the week is kept."""
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", "officer")
    page.fill("#password", PASSWORD)
    page.click("button:has-text('显示')")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.click("button:has-text('隐藏')")
    expect(page.locator("#password")).to_have_attribute("type", "password")
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/week$"))
    expect(page.locator("#kept-line")).to_be_visible()


def _practises(page: Page, url: str) -> None:
    """Answer a kept question and land in the next."""
    page.goto(f"{url}/practice/next?bank=1")
    first = page.url
    page.click("label.option >> nth=0")
    page.click("main form button[type=submit]")
    expect(page).not_to_have_url(first)
    expect(page.locator("#messages")).to_contain_text("记在本机")


def test_what_is_read_without_a_network_is_kept_and_sent_when_it_is_back(server, open_page):
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        build(session)
    server.set_clock(NOW)
    page: Page = open_page("mobile")
    _sign_in(page, server.url)
    page.goto(f"{server.url}/practice")
    expect(page.locator("#kept-line")).to_be_visible()
    page.context.set_offline(True)
    _practises(page, server.url)
    page.goto(f"{server.url}/exams")
    expect(page.locator("#not-kept")).to_be_visible()
    page.goto(f"{server.url}/attempts/{'A' * 22}/result")  # no page of the browser's own
    expect(page.locator("#not-kept-exam")).to_be_visible()
    page.goto(f"{server.url}/week")
    page.click("text=读物")
    page.click("form.actions button[type=submit]")
    expect(page).to_have_url(re.compile(r"s=2#text$"))
    expect(page.locator("#messages")).to_contain_text("记在本机")
    page.goto(f"{server.url}/exams")
    expect(page.locator("h1")).to_have_text("离线可用")
    rows = page.locator("#kept a span span:first-child")
    expect(rows.nth(0)).to_have_text("本周")
    expect(page.locator("#kept .row-meta").nth(1)).to_have_text("第1节")
    expect(page.locator("#kept .row-meta").nth(2)).to_have_text("第2节")
    assert _count(database, Completion) == 0
    page.context.set_offline(False)
    expect(page.locator("h1")).not_to_have_text(
        "离线可用"
    )  # the page that was asked for opens by itself
    page.goto(f"{server.url}/week")
    until(page, lambda: _count(database, Completion) == 1, "the held post has arrived")
    assert _count(database, PracticeAnswer) == 1
    expect(page.locator("#messages")).to_contain_text("1 道练习已送出")
    expect(page.locator("main")).to_contain_text("本周 1/")  # drawn again once it has arrived
    database.engine.dispose()
