"""The exam page and what the server tells it: time, announcements, refusals, and a fresh form token."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.exam_stub import WRITTEN, ExamStub, choose, show
from tests.browser.reads import alive, until

SAVED = "已保存"
MUCH, LITTLE = re.compile(r"^4[0-4]:"), re.compile(r"^0[1-3]:")  # of 45 and of 4 minutes
ONLINE_EVENT = "window.dispatchEvent(new Event('online'))"


def test_a_refused_answer_is_never_said_to_be_saved_and_keeps_its_text(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub, WRITTEN)
    stub.mode = "refusing"
    page.locator(".q.now textarea").fill("太长")
    expect(page.locator("#saved")).to_have_text("1 题未保存")
    expect(page.locator(".q.now .q-kept")).to_have_text("未保存")
    expect(page.locator("#trouble")).to_contain_text(f"第 {WRITTEN} 题的答案太长，没有保存")
    page.reload()
    alive(page)
    expect(page.locator(".q.now textarea")).to_have_value("太长")
    expect(page.locator("#saved")).to_have_text("1 题未保存")
    stub.mode = "well"
    page.locator(".q.now textarea").fill("短")
    until(page, lambda: stub.answers().get(WRITTEN) == {"text": "短"}, "the shorter one")
    expect(page.locator(".q.now .q-kept")).to_have_text(SAVED)
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_page_that_is_seen_asks_once_a_minute_and_shows_what_it_is_told(
    mobile_page: Page, stub: ExamStub
) -> None:
    mobile_page.clock.install()
    page = show(mobile_page, stub)
    assert stub.asked == 0
    stub.announcements.append("请保持安静")
    stub.ends -= 91
    page.clock.fast_forward("01:31")  # once a minute, give or take a quarter
    expect(page.locator("#news")).to_contain_text("请保持安静")
    assert stub.asked == 1
    page.click("#read-news")
    stub.ends -= 91
    page.clock.fast_forward("01:31")
    until(page, lambda: stub.asked == 2, "the second minute")
    expect(page.locator("#news")).to_be_hidden()


def test_a_phone_that_slept_asks_the_server_what_time_it_is(
    mobile_page: Page, stub: ExamStub
) -> None:
    mobile_page.clock.install()
    page = show(mobile_page, stub)
    expect(page.locator("#time")).to_have_text(MUCH)
    stub.fixed_left = 230
    # The wall clock went on while the page's own stood still.
    page.evaluate("{ const real = Date.now; Date.now = () => real() + 2500000; }")
    expect(page.locator("#time")).to_have_text(LITTLE)
    expect(page.locator("#news")).to_contain_text("已按服务器校准")


def test_no_answer_is_given_up_while_the_token_cannot_be_renewed(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    stub.signed_out = True  # in another tab, which also made the page's token an old one
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'old'")
    choose(page, 1, 0)
    expect(page.locator("#trouble")).to_contain_text("登录已失效")
    asked = stub.asked
    choose(page, 2, 0)
    until(page, lambda: stub.asked > asked, "the second try")
    assert not stub.events
    stub.signed_out = False
    page.evaluate(ONLINE_EVENT)
    until(page, lambda: set(stub.answers()) == {1, 2}, "both, after the new sign-in")
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#saved")).to_have_text(SAVED)


def test_when_time_is_up_the_page_sends_what_it_holds(mobile_page: Page, stub: ExamStub) -> None:
    page = mobile_page
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # its own clock goes on by our hand only
    show(page, stub, WRITTEN)
    stub.fixed_left = 1
    page.evaluate(ONLINE_EVENT)
    expect(page.locator("#news")).to_contain_text("已按服务器校准")
    page.clock.run_for(500)
    expect(page.locator("#time")).to_have_text("00:01")
    page.clock.run_for(400)
    page.locator(".q.now textarea").fill("到点")  # kept 0.8 s later, if there were so much time
    assert not stub.events
    stub.fixed_left = 0
    page.clock.run_for(600)
    page.wait_for_url("**/page?result")
    assert stub.answers()[WRITTEN] == {"text": "到点"}


def test_time_follows_the_server(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub)
    expect(page.locator("#time")).to_have_text(MUCH)
    stub.fixed_left = 230
    choose(page, 1, 0)
    expect(page.locator("#time")).to_have_text(LITTLE)
    expect(page.locator("#say")).to_contain_text("4 分钟")
