"""The check question as a phone shows it: rows to tap, and the verdict where the eye is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.study.models import ReadingSection
from tests.browser.reads import box, each, measured
from tests.checks import put_check
from tests.small_office import NOW, PASSWORD, build

LONG = "".join(f"<p>{'正文' * 60}</p>" for _ in range(12))
# A message is in view when it lies between the bars that stay and has the focus.
IN_VIEW = """() => {
  const told = document.activeElement;
  const box = told.getBoundingClientRect();
  const bars = [...document.querySelectorAll(".tabs ul, .x-bar")].map((e) => e.getBoundingClientRect());
  const floor = Math.min(innerHeight, ...bars.filter((b) => b.height && b.top > 0).map((b) => b.top));
  return told.id === "told" && box.top >= 0 && box.bottom <= floor;
}"""


@pytest.fixture
def house(server):
    """The small office with a long text and a check question; (server, right, wrong)."""
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        build(session)
        right, wrong = put_check(session)
        for section in session.query(ReadingSection):
            section.html = LONG
    database.engine.dispose()
    server.set_clock(NOW)
    return server, right, wrong


def _read_to_the_end(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#login_name", "officer")
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/week$"))
    page.goto(f"{url}/portions/1?s=2")
    expect(page.locator("#check")).to_be_visible()


def test_the_verdict_is_seen_and_each_option_is_a_row_to_tap(house, page):
    server, right, wrong = house
    _read_to_the_end(page, server.url)
    rows = page.locator("#check label.option")
    width = box(page.locator("#check"))["width"]
    for row in each(rows, at_least=2):
        at = box(row)
        assert at["width"] >= width - 1 and at["height"] >= 44
    page.wait_for_function("document.documentElement.scrollWidth === innerWidth")
    assert box(page.locator(".read-line .part"))["height"] >= 3
    expect(page.locator("article.text")).to_have_css("padding", "0px")
    rows.filter(has=page.locator(f"input[value='{wrong[0]}']")).click()
    page.click("#check button")
    expect(page.locator("#told")).to_have_text(re.compile("不对"))
    page.wait_for_function(IN_VIEW)
    rows.filter(has=page.locator(f"input[value='{right[0]}']")).click()
    page.click("#check button")
    expect(page.locator("#told")).to_have_text(re.compile("答对了"))
    page.wait_for_function(IN_VIEW)
    page.reload()
    expect(page.locator("#check")).to_contain_text("正确答案")


def test_without_scripts_the_address_leads_to_the_verdict(house, browser):
    server, _right, wrong = house
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    _read_to_the_end(page, server.url)
    page.locator(f"#check input[value='{wrong[0]}']").check(force=True)
    page.click("#check button")
    expect(page.locator("#told")).to_be_in_viewport()
    context.close()


# Whatever role or element groups controls: its rows stand under each other, as wide as it is.
GROUPS = """() => ["div role=group", "div role=radiogroup", "fieldset", "fieldset role=group"].map((how) => {
  const [tag, role] = how.split(" role=");
  const group = document.createElement(tag);
  if (role) group.setAttribute("role", role);
  group.innerHTML = "<label>甲</label><label>乙</label>".replaceAll("label", "div");
  document.querySelector("main").append(group);
  const [one, two] = [...group.children].map((each) => each.getBoundingClientRect());
  return two.top >= one.bottom && getComputedStyle(group).display !== "inline-flex";
})"""


def test_no_group_of_ours_is_laid_out_by_the_framework(stub, mobile_page):
    mobile_page.goto(f"{stub.url}/page")  # any page with our styles
    expect(mobile_page.locator("main h1")).to_be_visible()
    assert measured(mobile_page, GROUPS) == [True] * 4
