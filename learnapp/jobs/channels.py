"""Outer channels as `channels.toml` in the home folder describes them: mail by SMTP, or any gateway that
takes an HTTP request (SMS, 政务微信, WeCom).

Secrets stay in that file. What is wrong with it is said in the log; the channels before it work.
"""

from __future__ import annotations

import json
import logging
import smtplib
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

TIMEOUT_S = 10
_MOST_REPLY = 65536

log = logging.getLogger("learnapp.jobs")


class NotSent(Exception):
    """A message was not taken; the text says why, without the message."""


class NoAddress(NotSent):
    """The person has no address of the kind that the channel needs."""


@dataclass(frozen=True)
class MailChannel:
    """Mail by SMTP; `to` makes the address, such as "{badge}@example.org"."""

    name: str
    host: str
    port: int
    sender: str
    to: str
    subject: str = "学习提醒"
    security: str = "starttls"  # starttls, tls or none
    user: str = ""
    password: str = ""

    def send(self, addresses: Mapping[str, str], text: str) -> None:
        """Send one message. Raises NotSent, NoAddress."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, _filled(self.to, addresses)
        mail["Subject"] = self.subject
        mail.set_content(text)
        try:
            connect = smtplib.SMTP_SSL if self.security == "tls" else smtplib.SMTP
            with connect(self.host, self.port, timeout=TIMEOUT_S) as server:
                if self.security == "starttls":
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(type(error).__name__) from error


@dataclass(frozen=True)
class HttpChannel:
    """A request to a gateway, made of templates: {text}, {mobile}, {badge}, {staff_number}, {token}.

    In a JSON body the values are escaped for JSON, in an address and a form for a URL. With `token_url`
    a token is fetched first, from `token_field` of its reply. A reply counts as taken when its status is
    one of 200 and it holds `expect` (nothing: any reply).
    """

    name: str
    url: str
    body: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: str = ""
    token_url: str = ""
    token_field: str = "access_token"

    def send(self, addresses: Mapping[str, str], text: str) -> None:
        """Send one message. Raises NotSent, NoAddress."""
        values = {**addresses, "text": text}
        if self.token_url:
            values["token"] = self._token()
        is_json = self.body.lstrip().startswith(("{", "["))
        body = _filled(self.body, values, _in_json if is_json else urllib.parse.quote)
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        request = urllib.request.Request(  # noqa: S310
            _filled(self.url, values, urllib.parse.quote),
            data=body.encode() if self.method != "GET" else None,
            method=self.method,
            headers={"Content-Type": f"{kind}; charset=utf-8", **self.headers},
        )
        reply = _reply(request)
        if self.expect not in reply:
            raise NotSent("the gateway refused it")

    def _token(self) -> str:
        reply = _reply(urllib.request.Request(self.token_url))  # noqa: S310
        try:
            return str(json.loads(reply)[self.token_field])
        except (ValueError, KeyError, TypeError) as error:
            raise NotSent("no token") from error


Channel = MailChannel | HttpChannel


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _filled(template: str, values: Mapping[str, str], escape: Any = str) -> str:
    """The template with its {names} replaced; braces of JSON stay. Raises NoAddress."""
    found = template
    for name in ("mobile", "badge", "staff_number", "token", "text"):
        place = "{" + name + "}"
        if place in template:
            if not values.get(name):
                raise NoAddress(f"no {name}")
            found = found.replace(place, escape(values[name])) if name != "text" else found
    return found.replace("{text}", escape(values["text"])) if "{text}" in template else found


def _reply(request: urllib.request.Request) -> str:
    if not request.full_url.startswith(("http://", "https://")):
        raise NotSent("the address is none of HTTP")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:  # noqa: S310
            found: bytes = reply.read(_MOST_REPLY)
    except (OSError, ValueError) as error:
        raise NotSent(type(error).__name__) from error
    return found.decode("utf-8", "replace")


class Channels:
    """The channels of an installation, read from its file whenever they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> dict[str, Channel]:
        """The channels by name; none without the file."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            return {name: _channel(name, each) for name, each in tomllib.loads(text).items()}
        except (tomllib.TOMLDecodeError, TypeError, AttributeError, ValueError) as error:
            log.error("channels.toml cannot be used: %s", error)
            return {}


def _channel(name: str, settings: dict[str, Any]) -> Channel:
    rest = {key: value for key, value in settings.items() if key != "kind"}
    if settings.get("kind") == "smtp":
        return MailChannel(name, **rest)
    if settings.get("kind") == "http":
        return HttpChannel(name, **rest)
    raise ValueError(f"{name}: kind is smtp or http")
