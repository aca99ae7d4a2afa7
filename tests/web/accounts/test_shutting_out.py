"""Sessions, form tokens, the pages that shut people out, and bounds, through the real application."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Allowance, AnswerEventRow, Attempt
from learnapp.db.exams.models import ExtraTime
from learnapp.db.people.models import Grant, Person
from learnapp.domain.core.permissions import Actor
from learnapp.domain.operations import bounds as rules
from learnapp.domain.operations.bounds import Bound, Use
from learnapp.services.exams import attempt_start, attempts
from tests.small_office import PASSWORD

EVENT = "00000000-0000-4000-8000-{:012d}"


def start(home, login="officer") -> str:
    with home.database.writing() as session:
        actor = Actor(home.people[login])
        return attempt_start.start(
            Caller(session, actor, home.clock.now()), home.window_id, "5eed"
        ).public_id


def save(home, public_id, number, token, response=None, question=1):
    event = {
        "event_id": EVENT.format(number),
        "seq": number,
        "question": question,
        "response": response,
    }
    return home.client.post(
        f"/attempts/{public_id}/answers", json={"events": [event]}, headers={"X-CSRFToken": token}
    )


def test_the_form_token_is_new_after_signing_in_and_out_and_no_save_is_lost(home):
    home.enter("officer")
    page = start(home)
    old = home.token(f"/attempts/{page}")
    assert save(home, page, 1, old).status_code == 200
    assert home.post("/sign-out").status_code == 303
    outside = home.token()
    home.post("/sign-in", login_name="officer", password=PASSWORD)
    refused = save(home, page, 2, old)
    assert (refused.status_code, refused.json["error"]) == (400, "csrf")
    assert save(home, page, 2, outside).status_code == 400
    news = home.client.get(f"/attempts/{page}/news", headers={"X-CSRFToken": old}).json
    held = save(home, page, 2, news["csrf_token"])
    assert held.status_code == 200 and len(held.json["acknowledged"]) == 1
    with home.database.reading() as session:
        assert len(session.scalars(select(AnswerEventRow)).all()) == 2


def test_a_plain_form_with_an_older_token_is_shown_again_and_one_of_another_site_is_not(home):
    home.enter("officer")
    page = start(home)
    way = f"/attempts/{page}/submit"
    sent = {"q9": "写到一半的话", "do": "save", "csrf_token": "old"}
    again = home.client.post(way, data=sent, headers={"Origin": "http://localhost"})
    assert again.status_code == 400 and "写到一半的话" in again.text
    for origin in ("http://evil.example", "null"):
        foreign = home.client.post(way, data=sent, headers={"Origin": origin})
        assert foreign.status_code == 400 and "写到一半的话" not in foreign.text


def test_the_way_back_after_a_sign_in_is_the_page_that_was_asked_for(home):
    assert home.client.get("/exams").location.endswith("/sign-in?next=/exams")
    assert home.client.get("/people?q=1").location.endswith("/sign-in?next=/people?q%3D1")


def test_a_sign_in_form_left_open_says_that_it_expired_and_keeps_the_way(home):
    home.client.get("/sign-in")
    reply = home.client.post(
        "/sign-in?next=/exams",
        data={"login_name": "officer", "password": PASSWORD, "csrf_token": "x"},
    )
    assert reply.status_code == 303 and reply.headers["Location"].endswith("/sign-in?next=/exams")
    assert "页面已过期" in home.client.get(reply.headers["Location"]).text


@pytest.mark.parametrize("target", ["//evil.com", "/\t/evil.com", "/\\evil.com", "/%2fevil.com"])
@pytest.mark.parametrize("path", ["/sign-in", "/language", "/text-size"])
def test_no_page_leads_to_another_site(home, path, target):
    home.enter("officer")
    token = home.token("/me")
    reply = home.client.post(
        path,
        query_string={"next": target},
        data={
            "csrf_token": token,
            "login_name": "officer",
            "password": PASSWORD,
            "language": "zh",
            "size": "1",
            "next": target,
        },
    )
    assert reply.status_code == 303 and reply.headers["Location"] in ("/", "/me", "/me#told")


def test_guessing_is_stopped_and_a_device_that_is_known_still_enters(home):
    assert home.enter("officer").status_code == 303
    known = home.client.get_cookie("learnapp_device").value
    home.client.delete_cookie("learnapp_device")
    codes = [home.enter("officer", "wrong wrong").status_code for _ in range(7)]
    assert codes == [422] * 5 + [429] * 2
    assert home.enter("officer").status_code == 429
    assert home.enter("other").status_code == 303
    home.client.set_cookie("learnapp_device", known)
    assert home.enter("officer").status_code == 303


def test_the_old_password_of_a_change_cannot_be_guessed_and_a_weak_one_is_refused(home):
    home.enter("officer")

    def change(old, new):
        return home.client.post(
            "/me/password",
            data={
                "csrf_token": home.token("/me"),
                "old": old,
                "password": new,
                "again": new,
            },
        )

    for weak in ("police110", "officer88", PASSWORD):
        assert change(PASSWORD, weak).status_code == 422
    codes = [change("wrong wrong", "quiet lake 31").status_code for _ in range(7)]
    assert codes == [422] * 5 + [429] * 2
    assert change(PASSWORD, "quiet lake 31").status_code == 429
    home.clock.instant += timedelta(minutes=21)
    assert change(PASSWORD, "quiet lake 31").status_code == 303
    assert home.enter("officer", "quiet lake 31").status_code == 303


def test_an_admin_shuts_somebody_out_by_pages_that_say_what_will_happen(home):
    victim = home.people["officer"]
    page = start(home)
    home.enter("admin")
    assert f"/people/{victim}" in home.client.get("/people?q=officer").text
    shown = home.client.get(f"/people/{victim}").text
    assert "周测" in shown and f"/people/{victim}/confirm/disable" in shown
    asked = home.client.get(f"/people/{victim}/confirm/disable").text
    assert "照常到时收卷" in asked and "周测" in asked
    for text in ("已停用，所有设备已退出", "早已停用"):
        reply = home.post(f"/people/{victim}/disable")
        assert reply.status_code == 303
        assert text in home.client.get(reply.headers["Location"]).text
    assert home.enter("officer").status_code == 422
    with home.database.reading() as session:
        assert (
            session.scalars(select(Attempt).where(Attempt.public_id == page)).one().state == "open"
        )
        assert session.get_one(Person, victim).disabled_at is not None
    home.enter("admin")
    assert home.post(f"/people/{victim}/enable").status_code == 303
    assert home.enter("officer").status_code == 303
    home.enter("admin")
    assert home.post(f"/people/{victim}/sign-out").status_code == 303
    assert home.client.get(f"/people/{victim}/confirm/code").status_code == 200
    made = home.post(f"/people/{victim}/code")
    assert "启用码" in home.client.get(made.headers["Location"]).text
    assert home.enter("officer").status_code == 422


def test_an_admin_ends_a_role_and_is_offered_nothing_on_their_own_account(home):
    marker, own = home.people["marker"], home.people["admin"]
    home.enter("admin")
    with home.database.reading() as session:
        grant, mine = (
            session.scalars(select(Grant.id).where(Grant.person_id == each)).one()
            for each in (marker, own)
        )
    way = f"/people/{marker}/grants/{grant}/end"
    assert way in home.client.get(f"/people/{marker}").text
    assert "立即生效" in home.client.get(way).text
    assert home.post(way, ends_on="soon").status_code == 422
    assert home.post(way, ends_on="2020-01-01").status_code == 422
    assert home.post(way, ends_on="2026-11-23").status_code == 303
    assert home.client.get(way).status_code == 404
    shown = home.client.get(f"/people/{own}").text
    assert "/confirm/" not in shown and "与您本人有关" in shown
    for path in ("disable", "sign-out", "code", f"grants/{mine}/end"):
        assert home.post(f"/people/{own}/{path}", ends_on="2026-11-23").status_code == 403
    home.enter("marker")
    assert home.client.get("/marking").status_code == 403


def test_events_of_an_attempt_are_bounded_and_what_was_acknowledged_stays(home):
    home.enter("officer")
    page = start(home)
    token = home.token(f"/attempts/{page}")
    with patch.object(attempts, "MOST_EVENTS_OF_ATTEMPT", 3):
        for number in (1, 2, 3):
            assert len(save(home, page, number, token).json["acknowledged"]) == 1
        full = save(home, page, 4, token).json
        assert full["acknowledged"] == [] and full["refused"][0]["code"] == "attempt_full"
        again = save(home, page, 2, token).json  # a repeat of one that is held
        assert len(again["acknowledged"]) == 1 and again["refused"] == []
        handed = home.client.post(
            f"/attempts/{page}/submit", json={"events": []}, headers={"X-CSRFToken": token}
        )
        assert handed.status_code == 200


def test_long_answers_of_a_day_are_bounded_and_short_ones_go_on(home):
    home.enter("officer")
    page = start(home)
    shown = home.client.get(f"/attempts/{page}").text
    last = max(map(int, re.findall(r'id="q(\d+)"', shown)))
    token, long = home.token(f"/attempts/{page}"), {"text": "字" * 1000}
    with patch.dict(rules.MOST, {Use.ANSWERS: Bound(2, 10_000)}):
        for number in (1, 2):
            reply = save(home, page, number, token, long, last).json
            assert len(reply["acknowledged"]) == 1, reply
        refused = save(home, page, 3, token, long, last).json["refused"]
        assert refused[0]["code"] == "too_much_today"
        assert save(home, page, 4, token, {"text": "短"}, last).json["acknowledged"]


def test_reports_of_a_day_are_bounded_with_a_clear_code(home):
    home.enter("officer")
    page = start(home)
    token = home.token(f"/attempts/{page}")
    home.client.post(
        f"/attempts/{page}/submit", json={"events": []}, headers={"X-CSRFToken": token}
    )
    with patch.dict(rules.MOST, {Use.REPORTS: Bound(1, 10_000)}):
        assert home.post(f"/attempts/{page}/questions/1/report", text="错").status_code == 303
        assert home.post(f"/attempts/{page}/questions/1/report", text="错").status_code == 303
        reply = home.post(f"/attempts/{page}/questions/2/report", text="也错")
        assert reply.status_code == 429 and "明天再试" in reply.text


def test_the_room_offers_nothing_on_ones_own_attempt_and_refuses_it(home):
    own, others = start(home, "admin"), start(home, "officer")
    home.enter("admin")
    shown = home.client.get(f"/rooms/{home.window_id}").text
    assert f"/attempts/{others}/void" in shown and f"/attempts/{own}/" not in shown
    room = f"/rooms/{home.window_id}"
    for deed in ("void", "time"):
        reply = home.post(f"{room}/attempts/{own}/{deed}", reason="为自己", minutes="10")
        assert reply.status_code == 403 and "与您本人有关" in reply.text
    given = {"extra-people": "admin officer", "extra-minutes": "10", "extra-reason": "为自己"}
    refused = home.post(f"{room}/extra", **given)
    assert refused.status_code == 403 and "为自己" in refused.text  # what was typed is kept
    assert home.post(f"{room}/release").status_code == 403
    with home.database.reading() as session:
        assert session.scalars(select(Attempt.state)).all() == ["open", "open"]
        assert session.scalars(select(Allowance.id)).all() == []
        assert session.scalars(select(ExtraTime.id)).all() == []
