"""资料库, 书签和笔记: what one may read again, and what one marked for oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import RuleBroken
from learnapp.services.study import library, own_notes, portions
from learnapp.services.study.library import LibraryReading
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.wording import problem

blueprint = Blueprint("library", __name__)


@blueprint.get("/library")
@signed_in
def index() -> str:
    """The readings, by topic; `q` finds words, `topic` leaves one topic."""
    words, topic = request.args.get("q", "").strip()[:60], request.args.get("topic", "")
    found = library.readings_for(req.own_caller(), words)
    topics = library.topics_of(found)
    shown = [each for each in found if topic not in topics or each.topic == topic]
    return render_template(
        "study/library/index.html",
        words=words,
        topics=[
            {
                "label": each,
                "url": url_for(".index", topic=each, q=words or None),
                "current": each == topic,
            }
            for each in topics
        ],
        all_url=url_for(".index", q=words or None),
        topic=topic if topic in topics else "",
        rows=[_row(each, words) for each in shown],
    )


def _row(each: LibraryReading, words: str) -> dict[str, Any]:
    state = _("读完") if each.done == each.portions else f"{each.done}/{each.portions}"
    return {
        "title": each.title,
        "meta": each.place or each.topic,
        "state": state,
        "css": "good" if each.done == each.portions else "muted",
        "url": url_for(
            "study.portion", portion_id=each.portion_id, find=words if each.place else None
        ),
    }


@blueprint.get("/notes")
@signed_in
def notes() -> str:
    """One's own bookmarks and notes."""
    return render_template(
        "study/library/notes.html",
        rows=[
            {
                "title": each.title,
                "text": each.text,
                "meta": _("第 %(n)s 节", n=each.section + 1),
                "url": url_for(
                    "study.portion",
                    portion_id=each.portion_id,
                    s=each.section + 1,
                    _anchor="own-note" if each.text else "text",
                ),
                "remove_url": url_for(".remove", portion_id=each.portion_id),
                "section": each.section + 1,
            }
            for each in own_notes.notes_of(req.own_caller())
        ],
    )


@blueprint.post("/portions/<int:portion_id>/note")
@repeatable("sets a value")
@signed_in
def keep(portion_id: int) -> Response:
    """Mark a section with a bookmark, or with what was written."""
    section = max(1, whole(request.form, "section") or 1)
    opened = portions.open_portion(req.caller(), portion_id)
    try:
        text, seen = request.form.get("text", ""), request.form.get("seen", "")
        beside = own_notes.keep(req.own_caller(), opened, section - 1, text, seen)
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="own-note")
    else:
        both = _("这一节的笔记在别处改过，两份都留下了，请整理。")
        kept = _("已记下，只有自己看得到。")
        say(both if beside else kept, "due" if beside else "good", at="own-note")
    return redirect(url_for("study.portion", portion_id=portion_id, s=section), 303)


@blueprint.post("/portions/<int:portion_id>/note/remove")
@repeatable("what is gone stays gone")
@signed_in
def remove(portion_id: int) -> Response:
    """Take a mark away."""
    section = max(1, whole(request.form, "section") or 1)
    own_notes.remove(req.own_caller(), portion_id, section - 1)
    if request.form.get("from") == "list":
        say(_("已去掉。"), at="notes")
        return redirect(url_for(".notes"), 303)
    say(_("已去掉。"), at="own-note")
    return redirect(url_for("study.portion", portion_id=portion_id, s=section), 303)
