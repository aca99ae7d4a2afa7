"""Sign-in by OpenID Connect, against a certified provider: linked once, then straight in."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from learnapp.web.accounts import oidc_sign_in
from learnapp.web.accounts.oidc_provider import OidcProvider
from learnapp.web.accounts.provider_http import NotProven
from tests.providers.servers import OURS, start_oidc
from tests.small_office import PASSWORD


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class Browser:
    """Whoever sits before the provider's pages: signs in there as somebody, and comes back."""

    def __init__(self, login: str) -> None:
        self.login = login
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(jar, _Stay())

    def come_back(self, address: str) -> str:
        """The path and query at which the provider sends one back to us."""
        while not address.startswith(OURS):
            page, moved = self._open(address)
            if moved is None:
                action = re.search(r'action="([^"]+)"', page)[1]
                asked = re.search(r'name="prompt" value="(\w+)"', page)[1]
                form = {"prompt": asked, "login": self.login, "password": "x"}
                _page, moved = self._open(action, urlencode(form).encode())
            address = moved
        return address.removeprefix(OURS)

    def _open(self, address: str, form: bytes | None = None) -> tuple[str, str | None]:
        try:
            with self._opener.open(address, form, timeout=20) as reply:
                return reply.read().decode(), None
        except HTTPError as error:
            where = urllib.request.urljoin(address, error.headers["Location"])
            return "", where


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider."""
    server, address = start_oidc(tmp_path_factory.mktemp("oidc"))
    yield address
    server.kill()


@pytest.fixture
def office(home, tmp_path, issuer):
    """The application with the provider `office`; its clock is the provider's."""
    settings = (
        f'[office]\nkind = "oidc"\nissuer = "{issuer}"\nclient_id = "learnapp"\n'
        f'client_secret = "a secret of the client"\nbase_url = "{OURS}"\n'
    )
    (tmp_path / "home/identity.toml").write_text(settings, encoding="utf-8")
    home.clock.instant = datetime.now(UTC)
    return home


def _to_provider(office) -> str:
    reply = office.client.get("/sign-in/outside/office")
    assert reply.status_code == 303
    return reply.location


def test_an_account_is_confirmed_once_and_entered_straight_from_then_on(office, issuer):
    assert "用统一身份认证登录" in office.client.get("/sign-in").text
    address = _to_provider(office)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"]
    browser = Browser("officer")
    back = browser.come_back(address)
    assert office.client.get(back).location == "/sign-in/link"
    page = office.client.get("/sign-in/link").text
    assert "officer甲" in page and "某人" not in page.replace("某人（officer）", "")
    wrong = office.post("/sign-in/link", secret="not the password")
    assert wrong.status_code == 422 and "密码或启用码不对" in wrong.text
    assert office.client.get("/week").status_code == 302
    assert office.post("/sign-in/link", secret=PASSWORD).status_code == 303
    assert office.client.get("/week").status_code == 200
    assert "统一身份认证" in office.client.get("/me/certificates").text
    left = office.post("/sign-out").location
    assert "同时退出统一身份认证" in office.client.get(left).text
    away = office.client.get("/sign-in/outside/office/leave").location
    assert away.startswith(f"{issuer}/session/end?") and "post_logout_redirect_uri" in away
    # Another key signs now; the same person comes straight in.
    urllib.request.urlopen(f"{issuer}/rotate", b"", timeout=20).close()
    office.clock.instant += timedelta(seconds=40)
    assert office.client.get(Browser("officer").come_back(_to_provider(office))).location == "/"
    assert office.client.get("/week").status_code == 200


def test_what_was_not_asked_for_here_leads_nowhere(office):
    address = _to_provider(office)
    back = Browser("officer").come_back(address)
    forged = re.sub("state=[^&]+", "state=another", back)
    assert office.client.get(forged).location == "/sign-in"
    # The journey is over with its first answer, also a wrong one; elsewhere there is none.
    assert office.client.get(back).location == "/sign-in"
    again = Browser("officer").come_back(_to_provider(office))
    issued_elsewhere = re.sub("iss=[^&]+", "iss=http%3A%2F%2F127.0.0.1", again)
    assert issued_elsewhere != again
    assert office.client.get(issued_elsewhere).location == "/sign-in"
    late = Browser("officer").come_back(_to_provider(office))
    office.clock.instant += timedelta(minutes=11)
    assert office.client.get(late).location == "/sign-in"


def test_nobody_is_made_from_a_provider_and_one_that_is_away_is_said(office, tmp_path):
    back = Browser("nobody-here").come_back(_to_provider(office))
    assert office.client.get(back).location == "/sign-in"
    assert "没有这个登录名的账号" in office.client.get("/sign-in").text
    file = tmp_path / "home/identity.toml"
    file.write_text(re.sub("issuer = .*", 'issuer = "http://127.0.0.1:9"', file.read_text()))
    assert office.client.get("/sign-in/outside/office").location == "/sign-in"
    assert "暂时连不上" in office.client.get("/sign-in").text
    assert office.enter("officer").status_code == 303


def test_a_code_of_another_verifier_or_nonce_proves_nobody(issuer):
    provider = OidcProvider("office", issuer, "learnapp", OURS, "a secret of the client")
    now = datetime.now(UTC)
    for spoilt in ("verifier", "nonce"):
        address, asked = oidc_sign_in.ask(provider, now)
        code = parse_qs(urlsplit(Browser("officer").come_back(address)).query)["code"][0]
        object.__setattr__(asked, spoilt, "x" * 43)
        with pytest.raises(NotProven):
            oidc_sign_in.proven(provider, code, asked, now)
