"""Installed and offline: the manifest, the service worker, and the page of what is kept on a device."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from learnapp.web.core import request_context as req
from learnapp.web.core.access import bare, public

blueprint = Blueprint("offline", __name__)


@blueprint.get("/app.webmanifest")
@public
def manifest() -> Response:
    """What a phone installs."""
    reply = jsonify(
        name=_("日学周测月考"),
        short_name=_("日学周测"),
        start_url=url_for("site.home"),
        scope=url_for("site.home"),
        display="standalone",
        background_color="#ffffff",
        theme_color="#1d4486",
        icons=[
            {
                "src": url_for("static", filename="icon.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
            }
        ],
    )
    reply.mimetype = "application/manifest+json"
    return reply


@blueprint.get("/sw.js")
@bare
def worker() -> Response:
    """The service worker, at the root so that it reaches every page."""
    reply = current_app.send_static_file("js/worker.js")
    reply.headers["Cache-Control"] = "no-cache"
    return reply


@blueprint.get("/offline")
@public
def index() -> str:
    """What opens without a network, and what waits; the same for everybody."""
    return render_template("core/offline/index.html", person_key=None)


def _stamps() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="served")


def stamp() -> str:
    """When the server gave out this page, signed for its reader."""
    return str(_stamps().dumps([req.reader().person_id, int(req.now().timestamp())]))


def served_at(sent: str) -> int | None:
    """The instant of a stamp of the reader's own, in seconds since 1970; None for anything else."""
    try:
        person_id, at = _stamps().loads(sent)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(at) if person_id == req.reader().person_id else None
