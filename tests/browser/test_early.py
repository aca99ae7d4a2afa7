"""What is answered while the exam page's script is still on its way, or waits for the device, is kept."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.exam_stub import BLANKS, LAST, WRITTEN, ExamStub
from tests.browser.reads import alive, until

# Some browsers' storage never says a word: no success, no error.
NEVER_ANSWERS = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...about) {
  const request = open.apply(this, about);
  request.addEventListener = () => {};
  return request;
};
"""
WANTED = {1: {"options": ["q1o2"]}, BLANKS: {"blanks": ["二", ""]}, WRITTEN: {"text": "全程开启"}}


def _answer_the_form(page: Page) -> None:
    """Answer three questions of the plain form, which stands there before any script."""
    expect(page.locator(f"#q{LAST}")).to_be_attached()
    expect(page.locator("html")).not_to_have_class(re.compile("is-live"))
    page.locator("#q1 .option").nth(2).click()
    page.locator(f"#q{BLANKS} input.gap").first.fill("二")
    page.locator(f"#q{WRITTEN} textarea").fill("全程开启")
    page.locator(f"#q{WRITTEN} .flag").click()


def _kept(page: Page, stub: ExamStub) -> None:
    alive(page)
    expect(page.locator("#count")).to_have_text(f"已答 {len(WANTED)} / {LAST}")
    until(page, lambda: stub.answers() == WANTED, "what was answered early")
    until(page, lambda: stub.latest()[WRITTEN]["flagged"], "the early flag")
    expect(page.locator("#saved")).to_have_text("已保存")
    page.reload()
    alive(page)
    expect(page.locator("#count")).to_have_text(f"已答 {len(WANTED)} / {LAST}")


def test_answers_given_while_the_script_is_on_its_way_are_kept(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = mobile_page
    waiting: list[Route] = []
    page.route("**/js/paper.js", lambda route: waiting.append(route), times=1)
    page.goto(stub.paper_url, wait_until="commit")
    _answer_the_form(page)
    until(page, lambda: bool(waiting), "the script was never asked for")
    waiting.pop().continue_()
    _kept(page, stub)


def test_answers_given_while_the_script_waits_for_the_device_are_kept(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = mobile_page
    page.clock.install()
    page.add_init_script(NEVER_ANSWERS)
    page.clock.pause_at("2030-01-01")  # so that it waits until all is answered
    page.goto(stub.paper_url)
    _answer_the_form(page)
    page.clock.resume()
    _kept(page, stub)
