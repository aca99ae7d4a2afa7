"""The short way in for the one request that phones repeat all day: a single answer, saved.

Before any page machinery: who the cookie names, whether the form token is right, one transaction
of two statements, the reply. Whatever is not that plain goes the ordinary way with nothing done, and
gets the error there.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from flask import Flask

from learnapp.clock import Clock
from learnapp.db.core.engine import Database
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.answers import event_from_json
from learnapp.services.exams.attempts import receive_at_once, receive_one
from learnapp.web.core.input import read_json
from learnapp.web.core.security import signed_in_page
from learnapp.web.exams.attempts import reply_to

_PATH = re.compile(r"/attempts/([A-Za-z0-9_-]{1,40})/answers")
_LONGEST = 64_000

Start = Callable[..., Any]


class FastSave:
    """Wraps an application and answers plain saves itself."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ordinary = app.wsgi_app
        self._database = cast(Database, app.extensions["learnapp.database"])
        self._clock = cast(Clock, app.extensions["learnapp.clock"])

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """One request."""
        if environ["REQUEST_METHOD"] == "POST":
            found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
            token = self._signed_in(environ) if found else None
            length = environ.get("CONTENT_LENGTH") or ""
            if found and token and length.isdecimal() and int(length) <= _LONGEST:
                body = environ["wsgi.input"].read(int(length))
                if (reply := self._saved(found.group(1), token, body)) is not None:
                    return _answer(start_response, reply)
                environ["wsgi.input"] = io.BytesIO(body)
        return self._ordinary(environ, start_response)

    def _signed_in(self, environ: dict[str, Any]) -> str | None:
        """The token of whoever is signed in, where a page of ours sends JSON."""
        if environ.get("CONTENT_TYPE", "").partition(";")[0] != "application/json":
            return None
        return signed_in_page(self._app, environ)

    def _saved(self, public_id: str, token: str, body: bytes) -> dict[str, Any] | None:
        """The reply to the phone once its event is on disk; None for the ordinary way."""
        try:
            sent = read_json(body)
            (only,) = sent["events"]
            event = event_from_json(only)
        except (ValueError, KeyError, TypeError, RuleBroken):
            return None
        now = self._clock.now()
        with self._database.at_once() as direct:
            received = (
                None if direct is None else receive_at_once(direct, token, now, public_id, event)
            )
        if received is None:
            with self._database.saving() as direct:
                received = receive_one(direct, token, now, public_id, event)
        return None if received is None else reply_to(received, now)


def _answer(start: Start, reply: dict[str, Any]) -> list[bytes]:
    body = json.dumps(reply, separators=(",", ":")).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start("200 OK", headers)
    return [body]
