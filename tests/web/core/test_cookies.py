"""By TLS each cookie is Secure and bound to this host by its name; without TLS people still get in."""

from __future__ import annotations

import re

from tests.small_office import PASSWORD

TLS = {"base_url": "https://localhost"}
FORM = {"login_name": "officer", "password": PASSWORD}


def _token(client, path: str = "/notices") -> str:
    page = client.get(path, follow_redirects=True, **TLS).text
    return re.search(r'name="csrf-token" content="([^"]+)"', page)[1]


def _post(client, path: str, **fields: str):
    return client.post(
        path,
        data={**fields, "csrf_token": _token(client)},
        headers={"Referer": "https://localhost/"},
        **TLS,
    )


def _cookies(reply) -> dict[str, str]:
    return dict(each.split("=", 1) for each in reply.headers.getlist("Set-Cookie"))


def test_by_tls_every_cookie_is_secure_and_bound_to_the_host(home):
    set_here = _cookies(_post(home.client, "/sign-in", **FORM))
    set_here |= _cookies(_post(home.client, "/language", language="en"))
    assert set(set_here) >= {"__Host-learnapp", "__Host-learnapp_device", "__Host-language"}
    for name, rest in set_here.items():
        assert name.startswith("__Host-") and "Secure" in rest and "HttpOnly" in rest, name
        assert "Path=/" in rest and "Domain" not in rest, name
    assert home.client.get("/week", **TLS).status_code == 200


def test_without_tls_cookies_are_what_browsers_take_there(home):
    assert set(_cookies(home.enter("officer"))) == {"learnapp", "learnapp_device"}
    assert home.client.get("/week").status_code == 200


def test_who_signed_in_before_stays_so_and_a_sign_out_leaves_no_cookie_of_either_name(home):
    home.enter("officer")
    before = home.client.get_cookie("learnapp").value
    home.client.set_cookie("learnapp", before, domain="localhost", secure=True)
    assert home.client.get("/week", **TLS).status_code == 200
    left = _cookies(_post(home.client, "/sign-out"))
    assert left["learnapp"].startswith(";") and home.client.get_cookie("learnapp") is None
    assert home.client.get("/week", **TLS).status_code == 302


def test_an_answer_is_saved_the_short_way_by_the_bound_cookie(home):
    _post(home.client, "/sign-in", **FORM)
    attempt = _post(home.client, f"/windows/{home.window_id}/start").location
    page = home.client.get(attempt, **TLS).text
    number = int(re.search(r'name="q(\d+)', page)[1])
    event = {
        "event_id": "00000000-0000-4000-8000-000000000001",
        "seq": 1,
        "question": number,
        "response": None,
        "flagged": True,
    }
    headers = {"X-CSRFToken": _token(home.client, attempt), "Referer": "https://localhost/"}
    reply = home.client.post(f"{attempt}/answers", json={"events": [event]}, headers=headers, **TLS)
    assert reply.status_code == 200, reply.text
