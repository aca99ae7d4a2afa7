"""A small WSGI application behind the adapter: says what reached it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable
from typing import Any

from learnapp.serving.bodies import SMALL, Allowed
from learnapp.serving.rsgi import REFUSED, Application

DEADLINE_S = float(os.environ.get("ECHO_DEADLINE_S", "60"))
MOST = 3_000_000  # bytes, for whoever sends a cookie `in=` of other than 0
LONG = 5_000_000
SLOW_S = 1.0
HELD_S = 60  # the longest that /held waits for /let-go
_calls: list[str] = []
_let_go = threading.Event()


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """What reached the application, as JSON; at /long a long answer, at /calls the paths so far."""
    path = environ["PATH_INFO"]
    if path == "/long":
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(LONG))])
        return (b"x" * 50_000 for _ in range(LONG // 50_000))
    if path == "/fails":
        raise ValueError("as wanted")
    said: Any = list(_calls)
    if path != "/calls":
        _calls.append(path)
        if path == "/slow":
            time.sleep(SLOW_S)  # as long a request takes
        if path == "/held" and not environ.get(REFUSED):
            _let_go.wait(HELD_S)
        if path == "/let-go":
            _let_go.set()
        body = environ["wsgi.input"].read()
        said = {key: value for key, value in environ.items() if isinstance(value, str)}
        said |= {"length": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    status = {413: "413 Too Large", 503: "503 Busy"}.get(environ.get(REFUSED, 0), "200 OK")
    text = json.dumps(said).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text] if environ["REQUEST_METHOD"] != "HEAD" else []


def nothing(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """The least an application can do: what is measured is the server's own cost."""
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return []


def _allow(_method: str, _path: str, cookie: str) -> Allowed:
    return Allowed(MOST, cookie) if "in=" in cookie and "in=0" not in cookie else Allowed(SMALL)


def make() -> Application:
    """What Granian loads."""
    return Application(echo, _allow, threads=2, seconds=DEADLINE_S)


def make_nothing() -> Application:
    """The same for the least application."""
    return Application(nothing, _allow)
