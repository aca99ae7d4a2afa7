"""WeCom's web sign-in, by its documented messages: 企业微信登录组件, gettoken, auth/getuserinfo.

Within WeCom's own browser the page is 网页授权 (connect/oauth2/authorize), which asks for no scan.
"""

from __future__ import annotations

import secrets
import urllib.parse
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from learnapp.domain.accounts.outside import Confirmation, IdentityKind, Proven, shown
from learnapp.web.accounts.oidc_provider import SentAlong
from learnapp.web.accounts.provider_http import (
    NotProven,
    ProviderAway,
    fetch_json,
    must_be_private,
    waiting,
)

_TOKEN_OVER = frozenset({40014, 42001})  # the access token is no longer, or not, one of theirs
_WRONG_CODE = frozenset({40029, 42003})
_EARLIER = timedelta(minutes=5)  # a token is renewed so long before its end


@dataclass
class _Token:
    """The access token of the application, until when."""

    text: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class WeCom:
    """A corporation of WeCom as its table in `identity.toml` has it."""

    name: str
    corp_id: str
    agent_id: str
    secret: str
    base_url: str
    title: str = ""
    confirm: str = Confirmation.PASSWORD
    api: str = "https://qyapi.weixin.qq.com"
    pages: str = "https://login.work.weixin.qq.com"
    inner_pages: str = "https://open.weixin.qq.com"
    ca_file: str = ""
    _token: _Token = field(default_factory=_Token, compare=False, repr=False)
    kind = IdentityKind.WECOM

    def __post_init__(self) -> None:
        """Raise ValueError for settings that cannot be used."""
        for each in (self.base_url, self.api, self.pages, self.inner_pages):
            must_be_private(each)
        Confirmation(self.confirm)

    @property
    def back_url(self) -> str:
        """Where WeCom sends people back to; its host is the trusted domain of the application there."""
        return f"{self.base_url.rstrip('/')}/sign-in/outside/{self.name}/back"

    def ask(self, within: bool) -> tuple[str, SentAlong]:
        """WeCom's address for a sign-in, with the state sent along; `within` its own browser."""
        asked = SentAlong(secrets.token_urlsafe(32), "", "")
        about = {"appid": self.corp_id, "redirect_uri": self.back_url, "state": asked.state}
        if within:
            about |= {"response_type": "code", "scope": "snsapi_base", "agentid": self.agent_id}
            query = urllib.parse.urlencode(about)
            return f"{self.inner_pages}/connect/oauth2/authorize?{query}#wechat_redirect", asked
        about |= {"login_type": "CorpApp", "agentid": self.agent_id}
        return f"{self.pages}/wwlogin/sso/login?{urllib.parse.urlencode(about)}", asked

    def proven(self, code: str, now: datetime) -> Proven:
        """Who came back with the code. Raises ProviderAway, NotProven: also for who is no member."""
        with waiting():
            reply = self._call("auth/getuserinfo", code=code, access_token=self._access(now))
            if reply.get("errcode") in _TOKEN_OVER:
                token = self._access(now, again=True)
                reply = self._call("auth/getuserinfo", code=code, access_token=token)
        if reply.get("errcode") in _WRONG_CODE:
            raise NotProven("the code is over or was used")
        if reply.get("errcode") != 0:
            raise ProviderAway(f"errcode {reply.get('errcode')}")
        member = reply.get("userid")
        if not isinstance(member, str) or not member:
            raise NotProven("no member of the corporation")
        return Proven(IdentityKind.WECOM, self.corp_id, member, member, shown(member, ""))

    def _access(self, now: datetime, again: bool = False) -> str:
        token = self._token
        if again or token.until is None or now >= token.until - _EARLIER:
            reply = self._call("gettoken", corpid=self.corp_id, corpsecret=self.secret)
            text, lasts = reply.get("access_token"), reply.get("expires_in")
            if reply.get("errcode") != 0 or not isinstance(text, str) or not isinstance(lasts, int):
                raise ProviderAway(f"errcode {reply.get('errcode')}")
            token.text, token.until = text, now + timedelta(seconds=lasts)
        return token.text

    def _call(self, what: str, **query: str) -> dict[str, object]:
        address = f"{self.api}/cgi-bin/{what}?{urllib.parse.urlencode(query)}"
        return fetch_json(address, ca_file=self.ca_file)
