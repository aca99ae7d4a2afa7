"""Refusals are in the audit with the address they came from; each day of it has an anchor to print."""

from __future__ import annotations

from learnapp.db.operations import audit_blocks
from learnapp.domain.operations.audit_chain import anchor
from learnapp.jobs.audit import Sealing
from tests.small_office import NOW


def _entries(home) -> list:
    with home.database.reading() as session:
        last = audit_blocks.horizon(session).last_id
        return audit_blocks.entries_between(session, 0, last)


def test_a_wrong_password_and_a_refused_page_are_recorded_with_where_from(home):
    home.enter("officer", "wrong password 1")
    home.enter("nobody-of-this-name", "wrong password 1")
    home.enter("officer")
    assert home.client.get("/audit").status_code == 403
    officer = home.people["officer"]
    found = [(e.action, e.subject_id, e.result) for e in _entries(home)[-4:]]
    assert found == [
        ("person.sign_in_refused", officer, "refused"),
        ("person.sign_in_refused", None, "refused"),
        ("person.signed_in", officer, "done"),
        ("access.refused", officer, "refused"),
    ]
    assert {each.address for each in _entries(home)[-4:]} == {"127.0.0.1"}
    home.enter("admin")
    page = home.client.get("/audit").text
    assert "登录被拒绝：密码不对" in page and "被拒绝：没有权限" in page


def test_the_anchor_of_a_day_is_on_a_page_of_its_own(home):
    sealing = Sealing(home.database, lambda: NOW)
    home.enter("admin")
    assert "还没有审计锚" in home.client.get("/audit/anchors").text
    sealing.round(), sealing.round()
    with home.database.reading() as session:
        last = audit_blocks.last_block(session)
    assert anchor(last) in home.client.get("/audit/anchors").text
