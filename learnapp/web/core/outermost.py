"""The outermost layer of the application: a request id for every reply, a plain page for every failure.

What fails here failed outside of Flask (a save by fast_save.py, a body that broke off), so neither a session
nor a database is asked for anything.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from learnapp import logs
from learnapp.db.core.origin import coming_from
from learnapp.web.core.failures import is_unavailable, plain_page
from learnapp.web.core.metrics import Measures, kind_of

HEADER = "X-Request-ID"
Start = Callable[..., Any]

log = logging.getLogger("learnapp.web")


class Outermost:
    """The outermost layer of the application."""

    def __init__(self, app: Flask) -> None:
        self._inner = app.wsgi_app
        self._app = app
        self._measures: Measures = app.extensions["learnapp.measures"]

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """One request."""
        began = time.monotonic()
        kind = kind_of(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        with logs.request_id() as fresh, coming_from(environ.get("REMOTE_ADDR")):

            def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                self._measures.note(kind, status, time.monotonic() - began)
                return start_response(status, [*headers, (HEADER, fresh)], *more)

            try:
                return self._inner(environ, begin)
            except Exception as error:
                if self._app.testing:
                    raise
                log.exception("failed outside of any page: %s", logs.summary(error))
                return self._failed(environ, begin, error)

    def _failed(
        self, environ: dict[str, Any], begin: Callable[..., Any], error: Exception
    ) -> list[bytes]:
        """The plain page, or for a script the same as JSON."""
        status = "503 Service Unavailable" if is_unavailable(error) else "500 Internal Server Error"
        if "json" in environ.get("HTTP_ACCEPT", ""):
            kind, text = "application/json", json.dumps({"error": "failed"})
        else:
            kind, text = "text/html; charset=utf-8", plain_page(self._app)
        body = text.encode()
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        begin(status, headers)
        return [body]
