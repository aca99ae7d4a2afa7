"""A roll call with the network off, from two phones: kept, sent when it is back, merged."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.study.study_sessions import SessionKind
from learnapp.services.study import study_sessions
from learnapp.services.study.study_sessions import NewSession
from tests.small_office import NOW, PASSWORD, build


@pytest.fixture
def called(server):
    """A session that has begun: (its address, people by login name)."""
    database = Database(make_engine(f"sqlite:///{server.home}/learnapp.sqlite3"))
    with database.writing() as session:
        people, unit_id, *_ = build(session)
        head = Actor(people["head"], grants_of(session, people["head"], local_day(NOW)))
        new = NewSession(unit_id, SessionKind.COLLECTIVE, "集中学习", "", "", NOW)
        row = study_sessions.plan(Caller(session, head, NOW), new)
        url = f"{server.url}/sessions/{row.id}"
    database.engine.dispose()
    server.set_clock(NOW)
    return url, people


def _organiser(page: Page, url: str, login: str) -> Page:
    page.goto(url)
    page.fill("#login_name", login)
    page.fill("#password", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page.locator("#roll")).to_be_visible()
    return page


def test_ticks_of_two_phones_without_a_network_are_merged(called, open_page):
    url, people = called
    phones = [_organiser(open_page(), url, login) for login in ("head", "admin")]
    for phone, login, mark in zip(phones, ("officer", "other"), ("present", "leave"), strict=True):
        phone.context.set_offline(True)
        phone.locator(f'input[name="mark-{people[login]}"][value="{mark}"]').check()
        expect(phone.locator("#roll-state")).to_contain_text("1 条待同步")
        phone.context.set_offline(False)
        expect(phone.locator("#roll-state")).to_have_text("已保存")
    phones[0].reload()
    expect(phones[0].locator(".lead")).to_have_text(
        "应到 5 人，实到 1 人，请假 1 人，缺席 0 人，未点名 3 人。"
    )
    own = phones[0].locator(f'input[name="mark-{people["head"]}"]').first
    expect(own).to_be_disabled()
