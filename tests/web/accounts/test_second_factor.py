"""Nothing opens before the second factor; what cannot be taken back asks for it again; a test goes on."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.services.accounts import second_factor
from tests.small_office import NOW, PASSWORD

STEP = timedelta(seconds=30)


def _set_up(home) -> str:
    home.post("/me/second-factor/begin")
    page = home.client.get("/me/second-factor").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert "<svg" in page
    done = home.post("/me/second-factor/confirm", code=_code(home, secret)).text
    assert len(re.findall(r"<code>(?:[a-z2-9]{4}-){5}[a-z2-9]{4}</code>", done)) == 10
    return secret


def _code(home, secret: str) -> str:
    return pyotp.TOTP(secret).at(home.clock.now())


def test_nothing_opens_before_the_code_and_everything_after_it(home):
    home.enter("admin")
    secret = _set_up(home)
    home.clock.instant += STEP
    home.enter("admin")
    for path in ("/people", "/week", "/me", "/me/second-factor"):
        reply = home.client.get(path)
        if path != "/me/second-factor":
            assert reply.status_code == 303 and "/second-factor" in reply.location, path
    as_json = {"Accept": "application/json"}
    assert home.client.get("/people", headers=as_json).status_code == 401
    assert home.post("/second-factor", code="000000").status_code == 422
    reply = home.post("/second-factor?next=/people", code=_code(home, secret))
    assert reply.location == "/people" and home.client.get("/people").status_code == 200


def test_what_cannot_be_taken_back_asks_again_after_ten_minutes(home):
    home.enter("admin")
    secret = _set_up(home)
    officer = home.people["officer"]
    path = f"/people/{officer}/grants"
    home.clock.instant += timedelta(minutes=11)
    token = home.token("/me")
    headers = {"Referer": f"http://localhost/people/{officer}"}
    reply = home.client.post(path, data={"csrf_token": token}, headers=headers)
    assert reply.status_code == 303 and f"next=/people/{officer}" in reply.location.replace(
        "%2F", "/"
    )
    assert "不能撤回" in home.client.get(reply.location).text
    home.post("/second-factor", code=_code(home, secret))
    again = home.client.post(path, data={"csrf_token": token}, headers=headers)
    assert "/second-factor" not in (again.location or "")


def test_one_is_set_up_by_who_has_just_signed_in_or_says_the_password_once_more(home):
    home.enter("admin")
    home.clock.instant += timedelta(minutes=11)
    page = home.client.get("/me/second-factor").text
    assert 'name="password"' in page and "<code>" not in page
    refused = home.post("/me/second-factor/begin", password="wrong")
    assert refused.status_code == 422 and "现在的密码不对" in refused.text
    assert "<code>" not in home.client.get("/me/second-factor").text
    assert home.post("/me/second-factor/begin", password=PASSWORD).status_code == 303
    assert "<code>" in home.client.get("/me/second-factor").text


def test_a_role_that_requires_it_leads_to_setting_it_up(home):
    with home.database.writing() as session:
        second_factor.require(Caller(session, SYSTEM, NOW), [Role.ADMIN])
    home.enter("admin")
    assert home.client.get("/desk").location.startswith("/me/second-factor")
    assert "您的角色要求用动态码" in home.client.get("/me/second-factor").text
    _set_up(home)
    assert home.client.get("/desk").status_code == 200
    home.enter("officer")
    assert home.client.get("/week").status_code == 200


def test_who_signed_in_by_password_alone_saves_no_answer_by_the_short_way(home):
    home.enter("officer")
    attempt = home.post(f"/windows/{home.window_id}/start").location
    _set_up(home)
    home.enter("officer")
    headers = {"X-CSRFToken": home.token("/second-factor"), "Accept": "application/json"}
    event = {"id": "00000000-0000-4000-8000-000000000001", "seq": 1, "question": 9}
    body = {"events": [event | {"response": {"text": "依法"}}]}
    reply = home.client.post(f"{attempt}/answers", json=body, headers=headers)
    assert reply.status_code == 401
