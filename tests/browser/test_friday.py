"""A head's Friday on a phone: see the gap, find who, remind, chase, watch it close, sign the report."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.progress import counters, figure_facts
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.exams.exams import Channel
from learnapp.jobs import chases, reports
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.browser import reads
from tests.small_office import FIRST_DAY, NOW, PASSWORD, build

MONDAY = NOW + timedelta(days=7, minutes=5)
FRIDAY = NOW + timedelta(days=11, hours=1)


class Bureau:
    """The office of a server, seen from beside it: who is in it, and what is done there meanwhile."""

    def __init__(self, home):
        self.database = Database(make_engine(f"sqlite:///{home}/learnapp.sqlite3"))
        with self.database.writing() as session:
            self.people, self.unit_id, _, self.stage_id, _ = build(session)
            grant = NewGrant(Role.LIAISON, self.unit_id, None, FIRST_DAY)
            roles.grant(Caller(session, SYSTEM, NOW), self.people["other"], grant)
            counters.refresh_stale(session, MONDAY)
        self.complete(["admin"], NOW)
        reports.Freezing(self.database, lambda: MONDAY).round()

    def complete(self, logins, at):
        """These people catch up with all that is asked of them."""
        with self.database.writing() as session:
            duties = figure_facts.duties_of(session, [self.stage_id])[self.stage_id]
            for person_id in (self.people[each] for each in logins):
                for duty in duties:
                    new = NewCompletion(person_id, duty.item_id, Channel.PAPER, {}, "t")
                    completions.complete(Caller(session, SYSTEM, at), new)


@pytest.fixture
def bureau(server):
    """The office on its Friday."""
    made = Bureau(server.home)
    server.set_clock(FRIDAY)
    yield made
    made.database.engine.dispose()


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/progress")
    page.fill("#login_name", "head")
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")


def test_a_head_finds_reminds_chases_and_signs(bureau, server, mobile_page):
    page = mobile_page
    _sign_in(page, server.url)
    page.get_by_role("link", name=re.compile(r"到期未完成 4 人")).click()
    expect(page.locator("tbody th")).to_have_count(4)
    expect(page.locator("tbody")).to_contain_text("officer甲")
    page.goto(f"{server.url}/progress")
    page.get_by_role("link", name="提醒他们").click()
    page.get_by_role("button", name="提醒全部 3 人").click()
    expect(page.locator("main .told")).to_contain_text("已交办")
    _chase_until_it_is_closed(bureau, server, page)
    _sign_and_compare(server, page)


def _chase_until_it_is_closed(bureau: Bureau, server, page: Page) -> None:
    page.goto(f"{server.url}/progress")
    page.get_by_role("link", name="督办", exact=True).last.click()
    page.fill("#reason", "请本周补学。")
    page.fill("#target", "0")
    page.fill("#due_on", "2026-12-11")
    page.get_by_role("button", name="发出或起草").click()
    expect(page.locator("main")).to_contain_text("办理中")
    bureau.complete(["head", "marker", "officer", "other"], FRIDAY)
    assert chases.watch(bureau.database, lambda: FRIDAY) == 1
    page.reload()
    expect(page.locator("main")).to_contain_text("已销号")


def _sign_and_compare(server, page: Page) -> None:
    """The report is signed; its Word file has the sentence and the numbers of the page."""
    page.goto(f"{server.url}/weekly")
    page.locator("ul.rows a.row").first.click()
    page.get_by_role("button", name="签发").click()
    expect(page.locator("main")).to_contain_text("签发：head甲")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    paper = Document(io.BytesIO(download.value.path().read_bytes()))
    assert reads.text(page.locator("p.lead")) in {each.text for each in paper.paragraphs}
    _, people, owed, done, task, *_ = [cell.text for cell in paper.tables[0].rows[1].cells]
    total = page.locator("tbody tr").first
    for figure in (people, task, f"{done}/{owed}"):
        expect(total).to_contain_text(figure)
    assert done == "2"
