"""What belongs to no feature: the start page, health, language, pictures in questions."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from learnapp.domain.core.permissions import Permission
from learnapp.services.accounts import preferences
from learnapp.services.operations.health import Health
from learnapp.web.core import request_context as req
from learnapp.web.core.access import bare, public, repeatable, signed_in
from learnapp.web.core.cookies import A_YEAR_S, set_cookie
from learnapp.web.core.language import COOKIE
from learnapp.web.core.layout import SIZES, safe_next
from learnapp.web.core.messages import say_language, say_size
from learnapp.wording.catalogue import language_of

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
@signed_in
def home() -> Reply:
    """The start page leads to what is due; an admin's to what waits for them, that of who answers for
    units to how these are."""
    actor = req.actor()
    if actor.may(Permission.PEOPLE_READ):
        return redirect(url_for("desk.index"))
    return redirect(url_for("head.index" if actor.may(Permission.PROGRESS_READ) else "week.index"))


@blueprint.get("/health/live")
@bare
def live() -> Response:
    """That this process answers: nothing is looked at. Who asks restarts what does not answer."""
    return jsonify(ok=True)


@blueprint.get("/health/ready")
@blueprint.get("/healthz")
@bare
def health() -> tuple[Response, int]:
    """Whether each part is well: 200, or 503 with the part that is not."""
    report = cast(Health, current_app.extensions["learnapp.health"]).report()
    return jsonify(ok=report.ok, parts=report.parts), 200 if report.ok else 503


@blueprint.post("/language")
@repeatable("sets a value")
@public
def set_language() -> Reply:
    """Choose the language, for the person or, before sign-in, for the browser."""
    chosen = language_of(request.form.get("language", "zh"))
    who = req.signed_in_as()
    if who is not None:
        preferences.set_language(req.session(), who.person_id, chosen)
    say_language(chosen)
    reply = safe_next("/")
    set_cookie(reply, COOKIE, chosen, A_YEAR_S)
    return reply


@blueprint.post("/text-size")
@repeatable("sets a value")
@signed_in
def set_size() -> Reply:
    """Choose the size of type."""
    who, chosen = req.reader(), request.form.get("size", "1")
    chosen = chosen if chosen in SIZES else "1"
    preferences.set_text_size(req.session(), who.person_id, chosen)
    say_size(str(SIZES[chosen]))
    return safe_next("/me")
