"""The test page against the real server while staff add time, void and announce; and without JavaScript."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams import attempts
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.exams import WindowTimes
from learnapp.services.exams import proctoring, window_corrections
from tests import chromium
from tests.browser.reads import PATIENCE_S, alive
from tests.server import Server
from tests.small_office import NOW, PASSWORD, build, officers

OPEN = NOW + timedelta(hours=2)
NUMBERS = itertools.count()
CALM = "window.dispatchEvent(new Event('online'))"  # what a phone tells its page on return


@dataclass
class Room:
    """A running installation with one exam, somebody who sits it, and what staff may do meanwhile."""

    server: Server
    database: Database
    staff: dict[str, int]
    window_id: int
    badge: str = ""
    person_id: int = 0

    def enter(self, page: Page) -> None:
        """Sign the officer in."""
        page.goto(f"{self.server.url}/sign-in")
        page.fill("#login_name", self.badge)
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url("**/week")

    def start(self, page: Page) -> str:
        """Read the page before the exam and start; the attempt's public id."""
        self.enter(page)
        page.goto(f"{self.server.url}/windows/{self.window_id}")
        page.click("main form button:has-text('开始作答')")
        page.wait_for_url("**/attempts/*")
        return page.url.partition("#")[0].rpartition("/")[2]

    def sit(self, page: Page) -> str:
        """The same, and wait until the page is alive."""
        public_id = self.start(page)
        alive(page)
        return public_id

    def at_the_deadline(self) -> None:
        """Move the server's clock to a second after the deadline that the attempt was given."""
        self.server.set_clock(self._attempt().base_deadline + timedelta(seconds=1))

    def proctor(self, deed: Callable[..., object], *about: object) -> None:
        """Something the proctor does."""
        with self.database.writing() as session:
            person_id = self.staff["admin"]
            actor = Actor(person_id, grants_of(session, person_id, local_day(NOW)))
            deed(Caller(session, actor, OPEN), *about)

    def held(self) -> list[object]:
        """The answers held."""
        with self.database.reading() as session:
            answers = attempts.answers_of(session, self._attempt().id)
        return [each.response for each in answers.values()]

    def state(self) -> str:
        """The attempt's state."""
        return self._attempt().state

    def _attempt(self) -> Attempt:
        with self.database.reading() as session:
            wanted = select(Attempt).where(Attempt.person_id == self.person_id)
            attempt = session.scalars(wanted).one()
            session.expunge(attempt)
            return attempt


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The small office behind a real server, its exam open, for all tests of this file."""
    server = Server(tmp_path_factory.mktemp("room"), now=OPEN).start()
    try:
        database = Database(make_engine(f"sqlite:///{server.home / 'learnapp.sqlite3'}"))
        with database.writing() as session:
            staff, unit_id, window_id, _stage, _exam = build(session)
        yield Room(server, database, staff | {"unit": unit_id}, window_id)
        database.engine.dispose()
    finally:
        server.stop()


@pytest.fixture
def room(house: Room) -> Room:
    """The house with an officer of this test's own, a while after the opening."""
    badge = 300_001 + next(NUMBERS)
    with house.database.writing() as session:
        (person_id,) = officers(session, house.staff["unit"], badge, 1)
    house.server.set_clock(OPEN)
    return replace(house, badge=str(badge), person_id=person_id)


def test_time_added_while_the_page_is_about_to_hand_itself_in_is_given(
    room: Room, mobile_page: Page
) -> None:
    page = mobile_page
    page.clock.install()
    public_id = room.sit(page)
    room.proctor(proctoring.allow, public_id, 600, "停电")
    room.at_the_deadline()
    # Nothing told the page: by its own count the time is up, it asks, and goes on.
    page.clock.fast_forward("20:05")
    expect(page.locator("#news")).to_contain_text("已加时，还剩 10 分钟")
    expect(page.locator("#time")).to_have_text(re.compile("^0[89]:"))
    expect(page.locator("#ask")).to_be_hidden()
    page.locator(".q.now .option").first.click()
    expect(page.locator(".q.now .q-kept")).to_have_text("已保存")
    assert room.state() == "open" and room.held()


def test_a_page_that_the_close_cut_short_learns_of_a_later_close_and_of_time_taken_back(
    room: Room, mobile_page: Page
) -> None:
    page, closes = mobile_page, NOW + timedelta(hours=9)
    room.server.set_clock(closes - timedelta(minutes=5))
    public_id = room.sit(page)
    new = WindowTimes(NOW + timedelta(hours=1), closes + timedelta(hours=1))
    room.proctor(window_corrections.correct, room.window_id, new, "顺延一小时")
    page.evaluate(CALM)
    expect(page.locator("#news")).to_contain_text("已加时，还剩 20 分钟")
    page.click("#read-news")
    room.proctor(proctoring.allow, public_id, 6000, "多打了一个零")
    room.proctor(proctoring.reduce, public_id, 5400, "多打了一个零")
    page.evaluate(CALM)
    expect(page.locator("#news")).to_contain_text("已加时，还剩 30 分钟")
    page.click("#read-news")
    room.proctor(proctoring.reduce, public_id, 600, "不该加")
    page.evaluate(CALM)
    expect(page.locator("#news")).to_contain_text("已按服务器校准，还剩 20 分钟")


def test_time_added_reaches_a_page_that_comes_back_and_an_announcement_stands_above_the_question(
    room: Room, mobile_page: Page
) -> None:
    page = mobile_page
    public_id = room.sit(page)
    room.proctor(proctoring.allow, public_id, 300, "换机")
    room.proctor(proctoring.announce, room.window_id, "第 3 题“下列”应为“下面”")
    page.evaluate(CALM)
    expect(page.locator("#news")).to_contain_text("已加时，还剩 25 分钟")
    expect(page.locator("#news")).to_contain_text("第 3 题“下列”应为“下面”")
    page.click("#read-news")
    expect(page.locator("#news")).to_be_hidden()
    room.proctor(proctoring.announce, room.window_id, "")
    page.evaluate(CALM)
    page.reload()
    alive(page)
    expect(page.locator("#news")).to_be_hidden()


def test_an_attempt_voided_while_open_stops_at_once_and_shows_the_way_to_help(
    room: Room, mobile_page: Page
) -> None:
    page = mobile_page
    public_id = room.sit(page)
    room.proctor(proctoring.void, public_id, "拿错账号")
    page.evaluate(CALM)
    expect(page.locator("#ask")).to_contain_text("这份答卷已作废")
    expect(page.locator("#ask-title")).to_be_focused()
    page.click("#ask-yes")
    expect(page.locator("main")).to_contain_text("已作废")
    page.click("text=能否重新开始")
    expect(page.locator("main form button")).to_have_text("开始作答")


def test_without_network_at_zero_the_page_goes_on_and_the_server_decides(
    room: Room, mobile_page: Page
) -> None:
    page = mobile_page
    page.clock.install()
    public_id = room.sit(page)
    page.context.set_offline(True)
    page.clock.fast_forward("20:05")
    expect(page.locator("#trouble")).to_contain_text("时间到，但连不上服务器")
    expect(page.locator("#time")).to_have_text("00:00")
    page.locator(".q.now .option").first.click()
    expect(page.locator(".q.now .q-kept")).to_have_text("待同步")
    expect(page.locator("#ask")).to_be_hidden()
    assert room.state() == "open" and not room.held()
    room.proctor(proctoring.allow, public_id, 600, "全楼断网")
    room.at_the_deadline()
    page.context.set_offline(False)
    page.evaluate(CALM)
    expect(page.locator(".q.now .q-kept")).to_have_text("已保存")
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#time")).to_have_text(re.compile("^0[89]:"))
    assert room.state() == "open" and room.held()


def test_without_network_at_zero_and_no_time_added_it_is_handed_in_on_return(
    room: Room, mobile_page: Page
) -> None:
    page = mobile_page
    page.clock.install()
    room.sit(page)
    page.context.set_offline(True)
    page.clock.fast_forward("20:05")
    expect(page.locator("#trouble")).to_contain_text("时间到，但连不上服务器")
    page.locator(".q.now .option").first.click()
    expect(page.locator(".q.now .q-kept")).to_have_text("待同步")
    room.at_the_deadline()  # within the grace still
    page.context.set_offline(False)
    page.wait_for_url("**/result")
    assert room.state() == "submitted" and room.held()


def test_a_sign_in_in_another_tab_costs_an_open_page_no_save(room: Room, mobile_page: Page) -> None:
    page = mobile_page
    room.sit(page)
    other = page.context.new_page()
    other.goto(f"{room.server.url}/me")
    other.click("button:has-text('退出登录')")
    page.locator(".q.now .option").first.click()
    expect(page.locator("#trouble")).to_contain_text("登录已失效")
    room.enter(other)
    page.evaluate(CALM)
    expect(page.locator(".q.now .q-kept")).to_have_text("已保存")
    expect(page.locator("#trouble")).to_be_hidden()
    assert room.held()


def test_without_javascript_an_older_page_erases_nothing_and_keeps_what_was_typed(
    room: Room, browser: Browser
) -> None:
    options = chromium.context_options("mobile") | {"java_script_enabled": False}
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_S * 1000)
    try:
        older = context.new_page()
        room.start(older)
        newer = context.new_page()
        newer.goto(older.url)
        newer.locator("textarea.written").first.fill("新的\n两行")
        newer.click("button:text-is('保存')")
        expect(newer.locator("#messages")).to_contain_text("已保存 1 处改动")
        older.locator("textarea.written").first.fill("旧页面上\n写的一段")
        older.click("button:text-is('保存')")
        expect(older.locator(".errors")).to_contain_text("有 1 题没有保存")
        expect(older.locator("textarea.written[readonly]")).to_have_value("旧页面上\n写的一段")
        expect(older.locator("textarea.written:not([readonly])").first).to_have_value("新的\n两行")
        assert room.held() == [{"text": "新的\n两行"}]
        older.click("button:text-is('保存')")  # nothing was ticked: nothing changes
        expect(older.locator("#messages")).to_contain_text("没有新的改动")
        assert room.held() == [{"text": "新的\n两行"}]
    finally:
        context.close()
