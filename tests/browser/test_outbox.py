"""The exam page against a network that misbehaves: no answer is lost, none is sent for another."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.exam_stub import BLANKS, LAST, MANY, ONE, WRITTEN, ExamStub, choose, show
from tests.browser.reads import attribute, kept_by_the_device, until

OFFLINE = "离线，可继续作答"
SAVED = "已保存"
ONLINE_EVENT = "window.dispatchEvent(new Event('online'))"


def hand_in(page: Page) -> None:
    """Ask to hand in by the answer card, and mean it."""
    page.locator("#open-card").click()
    page.locator("#hand-in").click()
    page.locator("#ask-yes").click()


def test_every_kind_of_answer_is_saved_and_stands_there_again(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    choose(page, ONE, 0)
    choose(page, MANY, 0)
    choose(page, MANY, 2)
    page.evaluate(f"location.hash = '{BLANKS}'")
    page.locator(".q.now input.gap").first.fill("二")
    page.evaluate(f"location.hash = '{WRITTEN}'")
    page.locator(".q.now textarea").fill("全程开启")
    page.locator("#flag").click()
    wanted = {
        ONE: {"options": [f"q{ONE}o0"]},
        MANY: {"options": [f"q{MANY}o0", f"q{MANY}o2"]},
        BLANKS: {"blanks": ["二", ""]},
        WRITTEN: {"text": "全程开启"},
    }
    until(page, lambda: stub.answers() == wanted, "all four")
    # The flag is an event of its own, sent after the words.
    until(page, lambda: stub.latest()[WRITTEN]["flagged"], "the flag")
    expect(page.locator("#saved")).to_have_text(SAVED)
    before = len(stub.events)
    page.reload()
    expect(page.locator("#count")).to_have_text(f"已答 4 / {LAST}")
    assert len(stub.events) == before


def test_answers_given_offline_are_sent_when_the_network_returns(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    page.context.set_offline(True)
    for question in (1, 2, 3):
        choose(page, question, 1)
    expect(page.locator("#saved")).to_have_text(OFFLINE)
    assert not stub.events
    page.context.set_offline(False)
    until(page, lambda: set(stub.answers()) == {1, 2, 3}, "three answers")
    expect(page.locator("#saved")).to_have_text(SAVED)


def test_what_a_closed_tab_left_is_sent_from_the_next_page(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    context = page.context
    context.set_offline(True)
    choose(page, 1, 1)
    kept_by_the_device(page, 1)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{stub.url}/page")
    until(page, lambda: 1 in stub.answers(), "the left answer")
    expect(page.locator("#messages")).to_contain_text("1 次作答已补交")


def test_what_a_closed_tab_left_stands_in_the_paper_again(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    context = page.context
    context.set_offline(True)
    choose(page, 5, 3)
    kept_by_the_device(page, 5)
    page.close()
    context.set_offline(False)
    stub.mode = "dropping"
    page = show(context.new_page(), stub, 5)
    expect(page.locator("#q5 input").nth(3)).to_be_checked()
    stub.mode = "well"
    page.evaluate(ONLINE_EVENT)
    until(page, lambda: 5 in stub.answers(), "the left answer")


def test_another_person_on_the_same_phone_sends_nothing_of_mine(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    context = page.context
    context.set_offline(True)
    choose(page, 1, 1)
    kept_by_the_device(page, 1)
    # A closing page sends once more; that is its own person's doing and is lost here.
    stub.mode = "dropping"
    page.close()
    context.set_offline(False)
    stub.person = "person-two"
    page = show(context.new_page(), stub)
    expect(page.locator("#count")).to_have_text(f"已答 0 / {LAST}")
    context.set_offline(True)
    choose(page, 2, 0)
    kept_by_the_device(page, 2)
    page.close()
    context.set_offline(False)
    stub.mode = "well"
    page = context.new_page()
    page.goto(f"{stub.url}/page")
    expect(page.locator("#messages")).to_contain_text("1 次作答已补交")  # all that was theirs
    assert set(stub.answers()) == {2}
    stub.person = "person-one"
    page.goto(f"{stub.url}/page")
    until(page, lambda: 1 in stub.answers(), "my own, when I am back")


def test_two_tabs_never_take_the_same_count_and_show_the_same_answer(
    mobile_page: Page, stub: ExamStub
) -> None:
    first = show(mobile_page, stub)
    second = show(first.context.new_page(), stub)
    choose(first, 1, 0)
    expect(second.locator("#q1 input").nth(0)).to_be_checked()
    choose(second, 1, 2)
    expect(first.locator("#q1 input").nth(2)).to_be_checked()
    until(second, lambda: stub.answers().get(1) == {"options": ["q1o2"]}, "the later one")
    counts = [event["seq"] for event in stub.events.values()]
    assert len(counts) == len(set(counts))


def test_a_newer_answer_from_a_second_device_is_shown_and_can_be_changed(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    event_id = "00000000-0000-4000-8000-000000000000"
    answer = {"question": 7, "response": {"options": ["q7o1"]}, "flagged": True}
    stub.from_elsewhere = [{**answer, "seq": 40, "event_id": event_id}]
    choose(page, 1, 0)
    expect(page.locator("#q7 input").nth(1)).to_be_checked()
    choose(page, 7, 2)
    until(page, lambda: stub.answers().get(7) == {"options": ["q7o2"]}, "mine is newer")
    assert stub.latest()[7]["seq"] > 40


@pytest.mark.parametrize("mode", ["losing_replies", "portal", "dropping", "500"])
def test_only_a_true_acknowledgement_counts_as_saved(
    mobile_page: Page, stub: ExamStub, mode: str
) -> None:
    page = show(mobile_page, stub)
    stub.mode = mode
    choose(page, 1, 0)
    expect(page.locator("#saved")).to_have_text(OFFLINE)
    stub.mode = "well"
    page.evaluate(ONLINE_EVENT)
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert list(stub.answers()) == [1]
    assert len(stub.events) == 1


def test_words_typed_while_a_slow_save_is_out_are_kept(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub, WRITTEN)
    stub.mode = "holding"
    box = page.locator(".q.now textarea")
    box.press_sequentially("甲")
    until(page, lambda: stub.answers().get(WRITTEN) == {"text": "甲"}, "the first word")
    box.press_sequentially("乙")
    stub.let_go.set()
    until(page, lambda: stub.answers().get(WRITTEN) == {"text": "甲乙"}, "both words")
    expect(box).to_have_value("甲乙")


def test_a_refused_event_does_not_block_the_others(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub)
    stub.mode = "dropping"
    for question in (1, 2, 3, 4):
        choose(page, question, 0)
        kept_by_the_device(page, question)
    stub.mode = "refusing_second"
    page.evaluate(ONLINE_EVENT)
    until(page, lambda: set(stub.answers()) == {1, 3, 4}, "the other three")
    expect(page.locator("#trouble")).to_contain_text("第 2 题")


def test_an_expired_sign_in_says_so_and_the_answer_follows_after_it(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    stub.mode = "401"
    choose(page, 1, 0)
    expect(page.locator("#trouble")).to_contain_text("登录已失效")
    assert attribute(page.locator("#trouble a"), "href").startswith(
        "/sign-in?next=%2Fattempts%2Fa1"
    )
    stub.mode = "well"
    page.evaluate(ONLINE_EVENT)
    until(page, lambda: 1 in stub.answers(), "after signing in elsewhere")
    expect(page.locator("#trouble")).to_be_hidden()


def test_an_expired_token_is_renewed_without_a_word(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub)
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'old'")
    choose(page, 1, 0)
    until(page, lambda: 1 in stub.answers(), "with a fresh token")
    expect(page.locator("#trouble")).to_be_hidden()


def test_submit_says_what_is_empty_and_takes_the_last_words_along(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub, LAST)
    page.locator(".q.now textarea").fill("最后一句")
    page.locator("#next").click()
    expect(page.locator("#ask")).to_contain_text(f"还有 {LAST - 1} 题未答")
    page.locator("#ask-yes").click()
    page.wait_for_url("**/page?result")
    assert stub.state == "submitted"
    assert stub.answers()[LAST] == {"text": "最后一句"}


def test_a_queued_submit_can_be_taken_back_until_it_is_sent(
    mobile_page: Page, stub: ExamStub
) -> None:
    page = show(mobile_page, stub)
    page.context.set_offline(True)
    choose(page, 1, 0)
    hand_in(page)
    expect(page.locator("#ask")).to_contain_text("联网后自动交卷")
    page.locator("#ask-no").click()
    page.context.set_offline(False)
    until(page, lambda: 1 in stub.answers(), "the answer alone")
    assert stub.state == "open"
    page.context.set_offline(True)
    choose(page, 2, 0)
    hand_in(page)
    expect(page.locator("#ask")).to_contain_text("联网后自动交卷")
    page.context.set_offline(False)
    page.wait_for_url("**/page?result")
    assert set(stub.answers()) == {1, 2}


def test_a_queued_submit_survives_its_tab(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub)
    context = page.context
    context.set_offline(True)
    choose(page, 1, 0)
    hand_in(page)
    expect(page.locator("#ask")).to_contain_text("联网后自动交卷")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{stub.url}/page")
    until(page, lambda: stub.state == "submitted", "the queued submit")
    expect(page.locator("#messages")).to_contain_text("已自动交卷")


def test_back_stays_inside_the_paper(mobile_page: Page, stub: ExamStub) -> None:
    page = show(mobile_page, stub)
    page.locator("#next").click()
    page.locator("#next").click()
    expect(page.locator("#q3.now")).to_be_visible()
    page.go_back()
    expect(page.locator("#q2.now")).to_be_visible()


def test_a_keyboard_is_enough(desktop_page: Page, stub: ExamStub) -> None:
    page = show(desktop_page, stub)
    for key in ("b", "ArrowRight", "3", "f"):
        page.keyboard.press(key)
    expect(page.locator("#q1 input").nth(1)).to_be_checked()
    expect(page.locator("#q2 input").nth(2)).to_be_checked()
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    page.locator("#q2 input").nth(2).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#q1.now")).to_be_visible()
    expect(page.locator("#q2 input").nth(2)).to_be_checked()


def test_a_device_that_refuses_storage_is_warned_and_still_served(
    mobile_page: Page, stub: ExamStub
) -> None:
    mobile_page.add_init_script(
        "Object.defineProperty(window, 'indexedDB', "
        "{get: () => ({open() { throw new Error('refused') }})})"
    )
    page = show(mobile_page, stub)
    expect(page.locator("#trouble")).to_contain_text("只在本页")
    choose(page, 1, 0)
    until(page, lambda: 1 in stub.answers(), "from memory")


def test_the_whole_page_comes_in_eight_requests(mobile_page: Page, stub: ExamStub) -> None:
    show(mobile_page, stub)
    assert len(stub.requests) <= 8, stub.requests
