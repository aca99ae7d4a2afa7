"""Reading a portion: sections, the place kept, the check question after the text."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.services import portions as service
from learnapp.web import request as req
from learnapp.web.language import mark_safe, moment_label
from learnapp.web.rules import signed_in

blueprint = Blueprint("study", __name__)


@blueprint.get("/portions/<int:portion_id>")
@signed_in
def portion(portion_id: int) -> str:
    """One section at a time; ?s= names it, else where the reader was."""
    opened = service.open_portion(req.session(), req.actor(), req.now(), portion_id)
    return _page(opened, _wanted(opened))


def _wanted(opened: service.Opened) -> int:
    asked = request.args.get("s", type=int)
    at = opened.place if asked is None else asked - 1
    return max(0, min(at, len(opened.sections) - 1))


def _page(opened: service.Opened, at: int, tried: dict[str, Any] | None = None) -> str:
    sections = [
        {"heading": s.heading, "html": mark_safe(s.html), "number": n, "current": n == at + 1}
        for n, s in enumerate(opened.sections, 1)
    ]
    reached_end = opened.furthest >= len(opened.sections) - 1
    return render_template(
        "study/portion.html",
        title=opened.item.title,
        source=opened.version.source,
        length=sum(s.length for s in opened.sections),
        portion_id=opened.portion.id,
        sections=sections,
        at=sections[at],
        previous=at if at else None,
        following=at + 2 if at + 1 < len(sections) else None,
        permille=(at + 1) * 1000 // len(sections),
        last=at + 1 == len(sections),
        done=None if opened.done_at is None else moment_label(opened.done_at),
        check=_check(opened),
        reached_end=reached_end,
        tried=tried,
    )


def _check(opened: service.Opened) -> dict[str, Any] | None:
    if opened.check is None:
        return None
    letters = "ABCDEFGH"
    return {
        "stem": opened.check.stem,
        "many": opened.check.type == "multiple",
        "options": [
            {"id": o["id"], "letter": letters[i % 8], "content": o["content"]}
            for i, o in enumerate(opened.check.options)
        ],
        "right": opened.checked,
    }


@blueprint.post("/portions/<int:portion_id>/place")
@signed_in
def place(portion_id: int) -> Response:
    """Keep the place and go on to a section (or stay at the end, where the check is)."""
    section = max(1, request.form.get("section", 1, type=int))
    opened = service.open_portion(req.session(), req.actor(), req.now(), portion_id)
    before = opened.done_at
    done = service.keep_place(req.session(), req.actor(), req.now(), portion_id, section - 1)
    if done and before is None:
        flash(_("本节已完成。"), "good")
    return redirect(url_for("study.portion", portion_id=portion_id, s=section), 303)


@blueprint.post("/portions/<int:portion_id>/check")
@signed_in
def check(portion_id: int) -> str | Response:
    """Answer the check question; tries are unlimited, the why is told after answering."""
    opened = service.open_portion(req.session(), req.actor(), req.now(), portion_id)
    last = len(opened.sections) - 1
    chosen = request.form.getlist("answer")
    if not chosen:
        return _page(opened, last, {"missing": True})
    # Who reached the check has the last section before the eyes.
    service.keep_place(req.session(), req.actor(), req.now(), portion_id, last)
    told = service.answer_check(
        req.session(), req.actor(), req.now(), portion_id, {"options": chosen}
    )
    opened = service.open_portion(req.session(), req.actor(), req.now(), portion_id)
    tried = {
        "right": told.right,
        "chosen": chosen,
        "explanation": told.explanation if told.right else None,
        "source": told.source,
    }
    return _page(opened, last, tried)
