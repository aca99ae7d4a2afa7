"""After a post by a click the message lies inside the viewport and has the focus, wherever its form stood."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from learnapp.db.core.engine import Database, make_engine
from tests.browser.reads import measured
from tests.small_office import NOW, PASSWORD, build

SEEN = """() => {
  const told = document.activeElement;
  const box = told.getBoundingClientRect();
  const tabs = document.querySelector(".tabs ul")?.getBoundingClientRect();
  const floor = tabs?.height ? tabs.top : innerHeight;
  const said = told.matches("#told, .errors, .field.bad");
  return said && box.top >= 0 && Math.min(box.bottom, box.top + 120) <= floor;
}"""


@pytest.fixture
def url(server):
    """The small office, two hours on: its exam is open."""
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        build(session)
    database.engine.dispose()
    server.set_clock(NOW + timedelta(hours=2))
    return server.url


def _enter(page: Page, url: str, login: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/(week|desk|progress)$"))


def _seen(page: Page, words: str) -> None:
    expect(page.locator("#told, .errors, .field.bad").first).to_contain_text(words)
    page.wait_for_function(SEEN)


def test_the_eye_is_where_the_answer_is(url, page):
    _enter(page, url, "admin")
    page.goto(f"{url}/rooms/1")
    page.fill("#minutes", "5")
    page.fill("#reason", "停电")
    page.locator("form[action$='/time'] button >> nth=0").click()
    _seen(page, "份答卷加时")
    page.locator("form[action$='/windows'] button").click()  # nothing filled in, far down the page
    _seen(page, "请改")
    page.goto(f"{url}/banks/1")
    page.locator("form[action$='/figures'] button").click()
    _seen(page, "已开始统计")
    page.goto(f"{url}/programmes/1")
    page.click("text=修订计划")
    _seen(page, "已另建草稿")
    page.click("main a:has-text('单独一场')")
    page.fill("#title", "")
    page.click("main form button[type=submit], main form button:not([type])")
    _seen(page, "请填名称")
    page.goto(f"{url}/readings/1")
    page.locator("form[action$='/check'] button").first.click()
    _seen(page, "已保存")
    page.goto(f"{url}/me/settings")
    page.click("text=特大")
    _seen(page, "字号已改为")
    page.click("text=English")
    _seen(page, "now in English")
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", "officer")
    page.fill("#password", "not this one")
    page.click("main form button[type=submit]")
    _seen(page, "不对")


def test_without_scripts_the_answer_is_in_view_too(url, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    _enter(page, url, "admin")
    page.goto(f"{url}/rooms/1")
    page.fill("#minutes", "5")
    page.fill("#reason", "停电")
    page.locator("form[action$='/time'] button >> nth=0").click()
    expect(page.locator("#told")).to_be_in_viewport()
    page.locator("form[action$='/windows'] button").click()
    expect(page.locator(".errors")).to_be_in_viewport()
    context.close()


# A link inside a sentence is a word; every other control is as large as a finger.
SMALL = """() => [...document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")]
  .filter((each) => {
    const box = (each.matches("[type=checkbox], [type=radio]") && each.closest("label") || each)
      .getBoundingClientRect();
    const beside = [...each.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const word = beside && getComputedStyle(each).display === "inline";
    return box.width && !word && !each.matches(".skip") && (box.width < 43.5 || box.height < 43.5);
  }).map((each) => each.outerHTML.slice(0, 120))"""
PAGES = {
    "officer": ("week", "exams", "practice", "notebook", "me", "me/password", "portions/1"),
    "admin": (
        "rooms/1",
        "banks/1",
        "questions/1",
        "programmes/1",
        "progress",
        "progress/stages/1/units/1",
        "progress/stages/1/units/1/indicators",
        "people",
        "readings/1",
    ),
}


def test_every_control_is_as_large_as_a_finger_and_no_page_is_wider_than_the_phone(
    url, mobile_page
):
    page = mobile_page
    for login, paths in PAGES.items():
        _enter(page, url, login)
        for path in paths:
            page.goto(f"{url}/{path}")
            expect(page.locator("main h1").first).to_be_visible()
            for width in (320, 390):
                page.set_viewport_size({"width": width, "height": 844})
                assert measured(page, SMALL) == [], (path, width)
                for size in ("1", "1.5"):
                    page.evaluate("size => { document.documentElement.dataset.size = size; }", size)
                    wide = measured(page, "() => document.documentElement.scrollWidth")
                    assert wide == width, (path, width, size)
                page.evaluate("document.documentElement.dataset.size = '1'")
