"""Styles, scripts and icons, made small once for each process and not once for each phone."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import cast

from flask import Flask, Response, request
from rcssmin import cssmin
from rjsmin import jsmin

_PACKED = {"text/css", "text/javascript", "image/svg+xml"}


def install(app: Flask) -> None:
    """Let the static files go out packed to anyone who takes that."""
    plain = app.view_functions["static"]
    kept: dict[tuple[str, datetime | None], bytes] = {}

    def packed(filename: str) -> Response:
        reply = cast(Response, plain(filename=filename))
        takes = request.accept_encodings.find("gzip") >= 0 and "Range" not in request.headers
        if not takes or reply.status_code != 200 or reply.mimetype not in _PACKED:
            return reply
        key = (filename, reply.last_modified)
        if key not in kept:
            reply.direct_passthrough = False
            kept[key] = gzip.compress(_small(reply), 9, mtime=0)
        reply.response, reply.direct_passthrough = [kept[key]], False
        reply.headers["Content-Length"] = str(len(kept[key]))
        reply.headers["Content-Encoding"] = "gzip"
        reply.headers.add("Vary", "Accept-Encoding")
        return reply

    app.view_functions["static"] = packed


def _small(reply: Response) -> bytes:
    """A file without its comments and spaces."""
    text = reply.get_data(as_text=True)
    if reply.mimetype == "text/css":
        text = cssmin(text)
    elif reply.mimetype == "text/javascript":
        text = jsmin(text)
    return str(text).encode()
