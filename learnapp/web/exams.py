"""考试: what may be sat, when, and what came of it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.exams import AttemptState, Span, WindowKind
from learnapp.services import exams as service
from learnapp.services import sign_in, sittings, start_page
from learnapp.web import request as req
from learnapp.web.language import left_label, marks_label, moment_label
from learnapp.web.rules import signed_in
from learnapp.web.start_page import start_page_values
from learnapp.web.words import word

blueprint = Blueprint("exams", __name__)


@blueprint.get("/exams")
@signed_in
def index() -> str:
    """Open ones first, then coming, then past."""
    who = req.signed_in_as()
    assert who is not None
    found = service.sittable(req.session(), who.person_id, req.now())
    groups: dict[str, list[dict[str, Any]]] = {"open": [], "coming": [], "past": []}
    for each in found:
        groups[_group(each)].append(_card(each))
    groups["coming"].reverse()
    return render_template("exams/index.html", groups=groups, anything=bool(found))


def _group(each: service.Sittable) -> str:
    now, window = req.now(), each.window
    if each.attempt is not None and each.attempt.state == AttemptState.OPEN:
        return "open"
    if now < window.opens_at:
        return "coming"
    if Span(window.opens_at, window.closes_at).holds(now) and each.tries_left:
        return "open"
    return "past"


def _card(each: service.Sittable) -> dict[str, Any]:
    exam, window, attempt = each.exam, each.window, each.attempt
    card: dict[str, Any] = {
        "title": exam.title,
        "kind": word(exam.kind),
        "window_id": window.id,
        "opens": moment_label(window.opens_at),
        "closes": moment_label(window.closes_at),
        "left": left_label(window.closes_at, req.now()),
        "minutes": exam.duration_s // 60,
        "pass_mark": marks_label(exam.pass_mark),
        "tries": exam.tries,
        "counts": word(f"counts_{exam.counts}") if exam.tries > 1 else None,
        "action": None,
        "result_url": None,
        "state": _("未参加"),
        "way_back_url": None,
    }
    if window.kind == WindowKind.REMEDIAL:
        card["kind"] = word(window.kind)
        card["way_back_url"] = url_for("remedy.index", exam_id=exam.id)
    if attempt is None:
        return card
    card["action"] = _("继续作答") if attempt.state == AttemptState.OPEN else None
    if attempt.state == AttemptState.OPEN:
        card["state"] = _("作答中")
        return card
    card["result_url"] = url_for("attempts.result", public_id=attempt.public_id)
    if each.result is None:
        card["state"] = _("待阅卷")
    elif each.marks_visible:
        card["state"] = _("合格") if each.result.passed else _("尚未合格")
        card["marks"] = marks_label(each.result.awarded)
    else:
        card["state"] = _("已交卷")
    return card


@blueprint.get("/windows/<int:window_id>")
@signed_in
def window(window_id: int) -> str:
    """What a person reads before the clock runs, with one button or why there is none."""
    page = start_page.of_window(
        req.session(), req.own(), req.now(), window_id, request.remote_addr
    )
    return render_template("exams/window.html", page=start_page_values(page, req.now()))


@blueprint.post("/windows/<int:window_id>/start")
@signed_in
def start(window_id: int) -> Response:
    """Open the attempt, or land in the one that is open; the session outlives it."""
    who = req.signed_in_as()
    assert who is not None
    seed = secrets.token_hex(32)
    started = sittings.start(req.session(), req.own(), req.now(), window_id, seed, request.remote_addr)
    if who.expires_at < started.session_until:
        sign_in.keep_until(req.session(), who.sign_in_id, started.session_until)
        session.modified = True  # so that the cookie lasts as long
    return redirect(url_for("attempts.paper", public_id=started.public_id), 303)
