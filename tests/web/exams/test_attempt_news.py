"""What an open page asks once a minute: cheap, its own, and with a form token where the page's is old."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import event

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import RawCursor
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.exams import proctoring
from tests.small_office import NOW

JSON = {"Accept": "application/json"}


@pytest.fixture
def path(home) -> str:
    home.enter("officer")
    return home.post(f"/windows/{home.window_id}/start").headers["Location"]


def ask(home, path: str, token: str, seen: int = 0):
    return home.client.get(f"{path}/news?seen={seen}", headers=JSON | {"X-CSRFToken": token})


def admin(home, session) -> Actor:
    person_id = home.people["admin"]
    return Actor(person_id, grants_of(session, person_id, local_day(NOW)))


def save(home, path: str, token: str):
    change = {
        "event_id": str(uuid.uuid4()),
        "seq": 1,
        "question": 1,
        "response": None,
        "flagged": True,
    }
    headers = {"X-CSRFToken": token}
    return home.client.post(f"{path}/answers", json={"events": [change]}, headers=headers)


def test_an_open_page_is_told_its_time_its_state_and_what_was_announced(home, path):
    token = home.token(path)
    assert ask(home, path, token).json == {
        "attempt_state": "open",
        "remaining_s": 1200,
        "announced": 0,
    }
    public_id = path.rpartition("/")[2]
    with home.database.writing() as session:
        who = admin(home, session)
        proctoring.allow(Caller(session, who, home.clock.now()), public_id, 600, "停电")
        proctoring.announce(Caller(session, who, home.clock.now()), home.window_id, "安静")
    told = ask(home, path, token).json
    assert told["remaining_s"] == 1800 and told["announcements"] == ["安静"]
    assert "announcements" not in ask(home, path, token, told["announced"]).json
    with home.database.writing() as session:
        proctoring.void(
            Caller(session, admin(home, session), home.clock.now()), public_id, "错账号"
        )
    told = ask(home, path, token).json
    assert (told["attempt_state"], told["remaining_s"]) == ("voided", 0)


def test_it_costs_one_statement_and_no_page(home, path, record_property, monkeypatch):
    token = home.token(path)
    ask(home, path, token)  # the ordinary way, which finds the token right
    ordinary: list[str] = []
    engine = home.client.application.extensions["learnapp.database"].engine
    event.listen(engine, "before_cursor_execute", lambda *about: ordinary.append(about[2]))
    fetched: list[str] = []
    fetch = RawCursor.fetch
    monkeypatch.setattr(
        RawCursor,
        "fetch",
        lambda self, sql, values: fetched.append(sql) or fetch(self, sql, values),
    )
    assert ask(home, path, token).status_code == 200
    assert len(fetched) == 1 and not ordinary
    record_property("tried", "news of an open page: 1 statement, no session, no template")


def test_a_page_with_the_token_of_an_earlier_sign_in_gets_one_and_its_save_is_kept(home, path):
    old = home.token(path)
    home.post("/sign-out")
    home.client.delete_cookie("learnapp")  # whatever the sign-out leaves, the new token is another
    home.enter("officer")
    assert save(home, path, old).status_code == 400
    told = ask(home, path, old).json
    assert told["attempt_state"] == "open"
    saved = save(home, path, told["csrf_token"])
    assert saved.json["acknowledged"][0]["state"] == "held"
    assert "csrf_token" not in ask(home, path, told["csrf_token"]).json


def test_nobody_else_is_told_anything_signed_in_or_not(home, path):
    token = home.token(path)
    ask(home, path, token)
    home.enter("other")
    reply = ask(home, path, home.token())
    assert reply.status_code == 404 and reply.json["error"] == "attempt_unknown"
    assert "csrf_token" not in reply.json
    home.client.delete_cookie("learnapp")
    assert ask(home, path, token).status_code == 401


def test_a_sign_in_that_ended_is_noticed_by_the_short_way_too(home, path):
    token = home.token(path)
    assert ask(home, path, token).status_code == 200
    home.clock.instant += timedelta(days=15)
    assert ask(home, path, token).status_code == 401


def test_a_proctor_announces_on_the_page_of_the_window_and_takes_it_back(home, path):
    home.enter("admin")
    room = f"/rooms/{home.window_id}"
    home.post(f"{room}/announcement", **{"say-text": "第 3 题“下列”应为“下面”"})
    assert "第 3 题“下列”应为“下面”" in home.client.get(room).text
    refused = home.post(f"{room}/announcement", **{"say-text": "长" * 201})
    assert (
        refused.status_code == 422
        and "通知至多 200 字" in refused.text
        and "长" * 201 in refused.text
    )
    home.post(f"{room}{path}/announcement", text="请到第二考场")
    home.enter("officer")
    page = home.client.get(path).text
    assert "第 3 题“下列”应为“下面”" in page and "请到第二考场" in page
    home.enter("admin")
    home.post(f"{room}/announcement", **{"say-text": ""})
    home.enter("officer")
    page = home.client.get(path).text
    assert "下列" not in page.partition("x-body")[0] and "请到第二考场" in page
