"""The short way to the one question that every open test page asks once a minute.

As in fast_save.py: who the cookie names and whether the page's form token still holds, then one
statement and the reply. Whatever is not that plain goes to `attempts.news`, with nothing done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from flask import Flask

from learnapp.clock import Clock
from learnapp.db.core.engine import Database
from learnapp.domain.exams.exams import AttemptState
from learnapp.services.exams.attempt_news import AttemptNews, news
from learnapp.services.exams.attempts import remaining_seconds
from learnapp.web.core.security import signed_in_page

_PATH = re.compile(r"/attempts/([A-Za-z0-9_-]{1,40})/news")
_SEEN = re.compile(r"seen=(\d{1,15})")


def news_values(found: AttemptNews, now: datetime) -> dict[str, Any]:
    """The reply: seconds left, the state, and announcements it has not shown yet."""
    is_open = found.state is AttemptState.OPEN
    values: dict[str, Any] = {
        "attempt_state": found.state,
        "remaining_s": remaining_seconds(found.deadline, now) if is_open else 0,
        "announced": found.version,
    }
    if found.announcements is not None:
        values["announcements"] = found.announcements
    return values


def seen_version(query: str) -> int:
    """The version of the announcements that the page shows, from its query; 0 when it says none."""
    found = _SEEN.fullmatch(query)
    return int(found[1]) if found else 0


class NewsShortcut:
    """Answers open test pages before the application does."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._ordinary = app.wsgi_app
        self._database = cast(Database, app.extensions["learnapp.database"])
        self._clock = cast(Clock, app.extensions["learnapp.clock"])

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """One request."""
        if environ["REQUEST_METHOD"] == "GET":
            found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
            token = signed_in_page(self._app, environ) if found else ""
            if found and token and (values := self._values(found[1], token, environ)) is not None:
                return _answer(start_response, values)
        return self._ordinary(environ, start_response)

    def _values(self, public_id: str, token: str, environ: dict[str, Any]) -> dict[str, Any] | None:
        now = self._clock.now()
        seen = seen_version(environ.get("QUERY_STRING", ""))
        with self._database.glancing() as direct:
            found = news(direct, token, now, public_id, seen)
        return None if found is None else news_values(found, now)


def _answer(start: Callable[..., Any], values: dict[str, Any]) -> list[bytes]:
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start("200 OK", headers)
    return [body]
