"""Styles, scripts and icons, made small once for each process and not once for each phone."""

from __future__ import annotations

import gzip
import io
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request, send_file
from rcssmin import cssmin
from rjsmin import jsmin

# One request for all styles, the framework's among them: before the first paint a phone waits for one
# answer and opens no second connection. A later file wins over an earlier one.
STYLE_SHEET = "css/app.css"
FRAMEWORK = "vendor/pico.min.css"
STYLE_PARTS = ("tokens", "layout", "components", "exam", "print")
_PACKED = {"text/css", "text/javascript", "image/svg+xml"}


def install(app: Flask) -> None:
    """Let the static files go out packed to anyone who takes that."""
    plain = app.view_functions["static"]
    compressed: dict[tuple[str, datetime | None], bytes] = {}

    def packed(filename: str) -> Response:
        reply = cast(
            Response, _style_sheet() if filename == STYLE_SHEET else plain(filename=filename)
        )
        takes = request.accept_encodings.find("gzip") >= 0 and "Range" not in request.headers
        if not takes or reply.status_code != 200 or reply.mimetype not in _PACKED:
            return reply
        key = (filename, reply.last_modified)
        if key not in compressed:
            reply.direct_passthrough = False
            compressed[key] = gzip.compress(_small(reply), 9, mtime=0)
        reply.response, reply.direct_passthrough = [compressed[key]], False
        reply.headers["Content-Length"] = str(len(compressed[key]))
        reply.headers["Content-Encoding"] = "gzip"
        reply.headers.add("Vary", "Accept-Encoding")
        return reply

    app.view_functions["static"] = packed


def joined_styles(static: Path) -> bytes:
    """The framework and the parts of the style sheet of a static folder, in their order, as one."""
    return b"\n".join(part.read_bytes() for part in _parts(static))


def _parts(static: Path) -> list[Path]:
    return [static / FRAMEWORK, *(static / "css" / f"{name}.css" for name in STYLE_PARTS)]


def _style_sheet() -> Response:
    """The style sheet as one file, answered to conditional requests like any other."""
    static = Path(str(current_app.static_folder))
    joined = joined_styles(static)
    return send_file(
        io.BytesIO(joined),
        mimetype="text/css",
        etag=blake2b(joined, digest_size=16).hexdigest(),
        last_modified=max(part.stat().st_mtime for part in _parts(static)),
        max_age=current_app.get_send_file_max_age(STYLE_SHEET),
    )


def _small(reply: Response) -> bytes:
    """A file without its comments and spaces."""
    text = reply.get_data(as_text=True)
    if reply.mimetype == "text/css":
        text = cssmin(text)
    elif reply.mimetype == "text/javascript":
        text = jsmin(text)
    return str(text).encode()
