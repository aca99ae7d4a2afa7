"""What a visitor may do with a demonstration: move its clock, change towns, load it anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from learnapp.db.operations.demo_folder import DemoFolder
from learnapp.domain.operations.demonstration import Wish
from learnapp.web.core import demo_bar, tour
from learnapp.web.core.access import public, repeatable
from learnapp.web.core.cookies import A_YEAR_S, set_cookie
from learnapp.web.core.layout import safe_next

blueprint = Blueprint("demonstration", __name__, url_prefix="/demonstration")

_OTHER_SERVER = (Wish.LARGE, Wish.SMALL, Wish.RESET)


def _folder() -> DemoFolder:
    found = demo_bar.folder()
    return found if found is not None else abort(404)


@blueprint.get("/state")
@public
def state() -> dict[str, Any]:
    """How far loading and moving are, for the open page."""
    return asdict(_folder().state())


@blueprint.post("/wish")
@repeatable("the last wish is done, once")
@public
def wish() -> Response:
    """Ask the program behind the demonstration for something; it answers within a second."""
    shown = _folder()
    try:
        wanted = Wish(request.form.get("wish", ""))
    except ValueError:
        abort(422)
    shown.wish(wanted)
    if wanted in _OTHER_SERVER:
        since = shown.state().served
        return redirect(url_for("demonstration.changing", since=since), 303)
    return safe_next("/")


@blueprint.get("/changing")
@public
def changing() -> str | Response:
    """While another town is begun: the page goes on by itself as soon as it answers."""
    now = _folder().state()
    if str(now.served) != request.args.get("since"):
        return redirect(url_for("sign_in.form"))
    return render_template("operations/demonstration/changing.html")


@blueprint.post("/tour")
@repeatable("sets a cookie")
@public
def skip_tour() -> Response:
    """Show this tour no more in this browser."""
    wanted = {request.form.get("tour", "")} & {each.code for each in tour.TOURS}
    reply = safe_next("/")
    set_cookie(reply, tour.COOKIE, ".".join(sorted(tour.seen() | wanted)), A_YEAR_S)
    return reply
