"""扫码签到: the code on the organiser's screen, and the page on which people sign themselves in."""

from __future__ import annotations

import segno
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.study import roll_codes
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable, signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.wording import problem

blueprint = Blueprint("roll_codes", __name__)


def _secret() -> bytes:
    key = current_app.config["SECRET_KEY"]
    return key if isinstance(key, bytes) else str(key).encode()


@blueprint.get("/sessions/<int:session_id>/screen")
@may(Permission.SESSION_HOLD)
def screen(session_id: int) -> str | Response:
    """The code as a picture and in digits; the page asks for the next one by itself."""
    try:
        found = roll_codes.screen(req.caller(), _secret(), session_id)
    except Conflict as refused:
        say(problem(refused.code, **refused.params), "due")
        return redirect(url_for("sessions.show", session_id=session_id), 303)
    address = url_for(".here", code=found.code, _external=True)
    svg = segno.make(address, error="m").svg_inline(scale=9, border=3, light="white")
    return render_template(
        "study/sessions/screen.html",
        title=found.session.title,
        svg=Markup(svg),  # noqa: S704 — drawn by the library from an address of ours
        code=f"{found.code[:3]} {found.code[3:]}",
        seconds=found.seconds,
        sums=gettext("已签到 %(a)s / %(b)s 人", a=found.present, b=found.expected),
        address=url_for(".here", _external=True),
        back_url=url_for("sessions.show", session_id=session_id),
    )


@blueprint.get("/here")
@signed_in
def here() -> str:
    """Where the code is typed; who scanned it has it there already."""
    return _page(request.args.get("code", ""))


def _page(code: str, wrong: str = "") -> str:
    return render_template("study/sessions/here.html", code=code[:12], wrong=wrong)


@blueprint.post("/here")
@repeatable("one is signed in once")
@signed_in
def sign_in() -> str | Response | tuple[str, int]:
    """Sign oneself in."""
    code = request.form.get("code", "").replace(" ", "")
    try:
        row = roll_codes.sign_in(req.caller(), _secret(), code)
    except RuleBroken as broken:
        return _page(code, problem(broken.code, **broken.params)), 422
    if row is None:
        return _page(
            "", gettext("签到码不对或已换新，请看屏幕上现在的码；没有您的场次也签不上。")
        ), 422
    say(gettext("已签到：%(t)s。", t=row.title), at="notices")
    return redirect(url_for("week.index"), 303)
