"""帮助: whom to ask, what is recorded and who sees it; the feedback box and its answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.operations.models import Feedback
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.operations import feedback
from learnapp.services.people import leave_reports
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable, signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, moment_label, problem

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@signed_in
def index() -> str:
    """Whom to ask, the usual questions, and the box."""
    return _page()


def _page(text: str = "", wrong: str = "") -> str:
    return render_template(
        "operations/help/index.html",
        contacts=[
            {"name": each.name, "meta": f"{label(Role, each.role)} · {each.unit}"}
            for each in leave_reports.contacts(req.own_caller())
        ],
        said=[_item(each) for each in feedback.written_by(req.own_caller())],
        text=text,
        wrong=wrong,
    )


def _item(each: Feedback) -> dict[str, Any]:
    answered = None if each.answered_at is None else moment_label(each.answered_at)
    return {
        "text": each.text,
        "at": moment_label(each.recorded_at),
        "answer": each.answer,
        "answered": answered,
    }


@blueprint.post("/help/feedback")
@makes
@signed_in
def tell() -> str | Response | tuple[str, int]:
    """Put something into the box."""
    text = request.form.get("text", "")
    try:
        feedback.say(req.own_caller(), text)
    except RuleBroken as broken:
        return _page(text, problem(broken.code, **broken.params)), 422
    say(_("已收到，答复后会在消息里告诉您。"), at="feedback")
    return redirect(url_for(".index"), 303)


@blueprint.get("/feedback")
@may(Permission.ABSENCE_RECORD)
def box() -> str:
    """What people said and nobody has answered."""
    return render_template(
        "operations/help/box.html",
        rows=[
            {
                "id": each.id,
                "name": name,
                "text": each.text,
                "at": moment_label(each.recorded_at),
                "url": url_for(".answer", item_id=each.id),
            }
            for each, name in feedback.open_items(req.caller())
        ],
    )


@blueprint.post("/feedback/<int:item_id>")
@repeatable("an item is answered once")
@may(Permission.ABSENCE_RECORD)
def answer(item_id: int) -> Response:
    """Answer an item, which closes it."""
    try:
        done = feedback.answer(req.caller(), item_id, request.form.get("answer", ""))
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="box")
    else:
        text = _("已答复，本人会收到消息。") if done else _("早已处理过，没有再改动。")
        say(text, "good" if done else "info", at="box")
    return redirect(url_for(".box"), 303)
