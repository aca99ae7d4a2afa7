"""Sessions that end by themselves, what a page notes of their use, and what is said after sign-in."""

from __future__ import annotations

from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.accounts import policies
from tests.small_office import NOW

MINUTE = timedelta(minutes=1)


def test_staff_who_read_stay_signed_in_and_who_left_are_asked_again(home):
    with home.database.writing() as session:
        policies.choose(Caller(session, SYSTEM, NOW), "staff_idle_minutes", 30)
    home.enter("admin")
    for _ in range(4):
        home.clock.instant += 20 * MINUTE
        assert home.client.get("/people").status_code == 200
    home.clock.instant += 31 * MINUTE
    reply = home.client.get("/people")
    assert reply.status_code == 302 and "/sign-in" in reply.location


def test_a_test_is_not_interrupted_on_a_shared_device(home):
    home.client.delete_cookie("learnapp")
    home.post("/sign-in", login_name="officer", password="correct horse 7", shared="y")
    cookie = home.client.get_cookie("learnapp")
    assert cookie.expires is None and home.client.get_cookie("learnapp_device") is None
    attempt = home.post(f"/windows/{home.window_id}/start").location
    home.clock.instant += 19 * MINUTE
    assert home.client.get(attempt).status_code == 200
    home.clock.instant += 90 * MINUTE
    assert "/sign-in" in (home.client.get("/week").location or "")


def test_the_last_sign_in_is_said_to_staff_and_wrong_passwords_to_everybody(home):
    home.enter("admin")
    home.enter("admin")
    assert "上次登录：" in home.client.get("/me").text
    home.enter("officer")
    home.enter("officer")
    assert "上次登录" not in home.client.get("/me").text
    home.clock.instant += MINUTE
    home.enter("officer", "wrong password 1")
    home.clock.instant += MINUTE
    home.enter("officer")
    assert "此后输错密码 1 次" in home.client.get("/me").text
