"""The certificate that a proxy verified leads in once it is linked; what a visitor claims does not."""

from __future__ import annotations

from learnapp.domain.accounts.certificates import SUBJECT, VERIFIED, networks

WHO = {VERIFIED: "SUCCESS", SUBJECT: "CN=Zhang San,O=Court"}


def _trust(home, text: str) -> None:
    config = home.client.application.extensions["learnapp.config"]
    object.__setattr__(config, "certificate_proxies", networks(text))


def _post(home, path: str):
    data = {"csrf_token": home.token()}
    return home.client.post(path, data=data, headers=WHO)


def test_a_certificate_is_linked_once_and_then_leads_in(home):
    _trust(home, "127.0.0.1")
    assert "用证书登录" in home.client.get("/sign-in", headers=WHO).text
    reply = _post(home, "/sign-in/certificate")
    assert reply.location == "/sign-in" and "还没有绑定" in home.client.get("/sign-in").text
    home.enter("officer")
    page = home.client.get("/me/certificates", headers=WHO).text
    assert "现在读到的证书：Zhang San" in page
    _post(home, "/me/certificates/link")
    assert "已绑定" in home.client.get("/me/certificates").text
    home.client.delete_cookie("learnapp")
    assert _post(home, "/sign-in/certificate").location == "/"
    assert home.client.get("/week").status_code == 200


def test_what_a_visitor_claims_is_not_believed(home):
    _trust(home, "10.0.0.9")
    assert "用证书登录" not in home.client.get("/sign-in", headers=WHO).text
    home.enter("officer")
    _post(home, "/me/certificates/link")
    assert "没有读到证书" in home.client.get("/me/certificates").text
