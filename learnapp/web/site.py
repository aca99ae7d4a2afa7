"""What belongs to no feature: the front door, health, language, pictures in questions."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response as Reply

from learnapp.services import me
from learnapp.web import request as req
from learnapp.web.frame import SIZES, safe_next
from learnapp.web.language import COOKIE, LANGUAGES
from learnapp.web.messages import say_language, say_size
from learnapp.web.rules import public, signed_in

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@signed_in
def home() -> Reply:
    """The front door leads to what is due."""
    return redirect(url_for("week.index"))


@blueprint.get("/healthz")
@public
def health() -> Response:
    """Whether the pages and the database answer."""
    req.session().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@blueprint.post("/language")
@public
def set_language() -> Reply:
    """Choose the language, for the person or, before sign-in, for the browser."""
    chosen = request.form.get("language", "zh")
    chosen = chosen if chosen in LANGUAGES else "zh"
    who = req.signed_in_as()
    if who is not None:
        me.set_language(req.session(), who.person_id, chosen)
    say_language(chosen)
    reply = safe_next("/")
    reply.set_cookie(COOKIE, chosen, max_age=31536000, samesite="Lax", httponly=True)
    return reply


@blueprint.post("/text-size")
@signed_in
def set_size() -> Reply:
    """Choose the size of type."""
    who, chosen = req.signed_in_as(), request.form.get("size", "1")
    assert who is not None
    chosen = chosen if chosen in SIZES else "1"
    me.set_text_size(req.session(), who.person_id, chosen)
    say_size(str(SIZES[chosen]))
    return safe_next("/me")
