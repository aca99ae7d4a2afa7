"""Sign-in by WeCom, against a stand-in that answers with WeCom's documented messages."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from learnapp.web.accounts.provider_http import NotProven, ProviderAway
from learnapp.web.accounts.wecom import WeCom
from tests.providers.servers import OURS, WeComStandIn
from tests.small_office import NOW, PASSWORD


@pytest.fixture
def stand_in():
    """A corporation with one member."""
    server = WeComStandIn()
    yield server
    server.stop()


def _settings(stand_in: WeComStandIn) -> dict[str, str]:
    known = {"corp_id": "corp", "agent_id": "1000002", "secret": "secret", "base_url": OURS}
    return known | {"api": stand_in.address}


def test_the_page_is_asked_and_a_member_comes_in(home, tmp_path, stand_in):
    lines = [f'{name} = "{value}"' for name, value in _settings(stand_in).items()]
    text = "\n".join(["[work]", 'kind = "wecom"', *lines])
    (tmp_path / "home/identity.toml").write_text(text, encoding="utf-8")
    address = home.client.get("/sign-in/outside/work").location
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?")
    assert (asked["login_type"], asked["appid"], asked["agentid"]) == (
        ["CorpApp"],
        ["corp"],
        ["1000002"],
    )
    assert asked["redirect_uri"] == [f"{OURS}/sign-in/outside/work/back"]
    back = f"/sign-in/outside/work/back?code=code-of-officer&state={asked['state'][0]}&appid=corp"
    assert home.client.get(back).location == "/sign-in/link"
    assert home.post("/sign-in/link", secret=PASSWORD).status_code == 303
    assert home.client.get("/week").status_code == 200
    home.client.delete_cookie("learnapp")
    inside = home.client.get("/sign-in/outside/work", headers={"User-Agent": "wxwork/4.1"})
    assert inside.location.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert inside.location.endswith("#wechat_redirect")


def test_an_access_token_is_kept_and_asked_again_when_it_is_over(stand_in):
    work = WeCom("work", **_settings(stand_in))
    stand_in.members = {"one": "officer", "two": "head", "three": "head"}
    assert work.proven("one", NOW).subject == "officer"
    assert work.proven("two", NOW).subject == "head"
    assert stand_in.asked.count("/cgi-bin/gettoken") == 1
    stand_in.tokens.append("another machine asked")
    assert work.proven("three", NOW).subject == "head"
    with pytest.raises(NotProven):
        work.proven("three", NOW)  # a code is used once
    with pytest.raises(NotProven, match="no member"):
        work.proven("code-of-stranger", NOW)
    with pytest.raises(ProviderAway):
        WeCom("work", **_settings(stand_in) | {"secret": "x"}).proven("one", NOW)
