"""Reading a portion: sections, the saved place, the check question after the text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from learnapp.db.study.models import ReadingSection
from learnapp.domain.core.seen import mark_of
from learnapp.domain.core.share import Share
from learnapp.domain.study import finding
from learnapp.domain.study.made_at import made_at
from learnapp.services.study import own_notes, portions
from learnapp.web.core import offline
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.html import mark_safe
from learnapp.web.core.input import whole
from learnapp.web.core.layout import SIZES
from learnapp.web.core.messages import say
from learnapp.web.core.wording import any_answer_label, moment_label
from learnapp.web.study import attachments, law_places
from question_bank.options import letter_of

blueprint = Blueprint("study", __name__)
_A_LINE = 24  # characters of a source that stand beside the length; a longer one opens in place


@blueprint.get("/portions/<int:portion_id>")
@signed_in
def portion(portion_id: int) -> str:
    """One section at a time; ?s= names it, else where the reader was."""
    opened = portions.open_portion(req.caller(), portion_id)
    return _page(opened, _wanted(opened))


def _wanted(opened: portions.PortionView) -> int:
    asked = whole(request.args, "s")
    at = opened.place if asked is None else asked - 1
    return max(0, min(at, len(opened.sections) - 1))


def _page(opened: portions.PortionView, at: int) -> str:
    words = request.args.get("find", "").strip()[:60]
    sections = [
        _section(opened.portion.id, n, section, words)
        for n, section in enumerate(opened.sections, 1)
    ]
    last, note = at == opened.last, own_notes.note_at(req.own_caller(), opened, at)
    return render_template(
        "study/portions/portion.html",
        title=opened.item.title,
        source=opened.version.source,
        long_source=len(opened.version.source) > _A_LINE,
        length=sum(s.length for s in opened.sections),
        portion_id=opened.portion.id,
        sections=sections,
        at=sections[at] | {"html": _text(opened, opened.sections[at].html, words)},
        words=words,
        served=offline.stamp(),
        keep=_to_keep(opened),
        found=sum(each["count"] for each in sections),
        note=note,
        note_mark=mark_of(note or ""),
        sizes=[
            {"code": code, "label": str(label), "current": req.reader().text_size == code}
            for code, label in SIZES.items()
        ],
        here=url_for(".portion", portion_id=opened.portion.id, s=at + 1),
        previous=at if at else None,
        following=None if last else at + 2,
        permille=Share(at + 1, len(sections)).permille,
        attachments=attachments.beside_portion(opened.reading.id, opened.portion.id),
        last=last,
        done=None if opened.done_at is None else moment_label(opened.done_at),
        check=_check(opened) if last else None,
        next_portion=_next(opened) if last else None,
    )


def _to_keep(opened: portions.PortionView) -> list[str]:
    """The pages that a phone keeps of a reading once it was opened: it is read on without a network."""
    place, count = opened.portion.id, len(opened.sections)
    numbers = [None, *range(1, count + 1)]
    return [url_for(".portion", portion_id=place, s=number) for number in numbers]


def _section(portion_id: int, number: int, section: ReadingSection, words: str) -> dict[str, Any]:
    """A section in the list of contents, with how often it has the words and its first place."""
    return {
        "heading": section.heading,
        "number": number,
        "count": finding.marked(section.html, words)[1],
        "place": finding.excerpt(section.html, words),
        "url": url_for(
            ".portion", portion_id=portion_id, s=number, find=words or None, _anchor="text"
        ),
    }


def _text(opened: portions.PortionView, html: str, words: str) -> Markup:
    """The text of a section as it is read: words marked, pictures that enlarge, notes and laws in place."""
    shown = finding.with_large_pictures(finding.with_notes_in_place(html))
    shown = law_places.opened_in(shown, opened.version.title)
    return mark_safe(finding.marked(shown, words)[0])


def _next(opened: portions.PortionView) -> dict[str, str] | None:
    """Where to read on, once this portion is done."""
    if opened.done_at is None:
        return None
    found = portions.following(req.own_caller(), opened)
    if found is None:
        return None
    return {
        "title": found.title,
        "url": url_for("study.portion", portion_id=found.portion_id),
    }


def _check(opened: portions.PortionView) -> dict[str, Any] | None:
    if opened.check is None:
        return None
    chosen = opened.answered.options if opened.answered else []
    why = portions.why_of(req.session(), opened)
    right = set(chain(*why.answers)) if why else set()
    letters = [each["id"] for each in opened.check.options]
    shown = {
        "stem": opened.check.stem,
        "many": opened.check.type == "multiple",
        "options": [
            {
                "id": each["id"],
                "letter": letter_of(n),
                "content": each["content"],
                "chosen": each["id"] in chosen,
                "correct": each["id"] in right,
            }
            for n, each in enumerate(opened.check.options)
        ],
        "verdict": None if opened.answered is None else _verdict(opened.checked),
        "right": opened.checked,
        "either": any_answer_label(letters, why.answers) if why else None,
        "explanation": why.explanation if why else [],
        "source": why.source if why else "",
    }
    return law_places.with_laws([shown])[0]


def _verdict(right: bool) -> dict[str, str]:
    if right:
        return {"kind": "good", "text": _("答对了，本篇已完成。")}
    return {"kind": "due", "text": _("不对，再看看正文，可以再试。")}


def _made() -> datetime | None:
    """When it was done, where the phone held it back; None where it came at once."""
    waited = whole(request.form, "waited")
    if waited is None:
        return None
    served = offline.served_at(request.form.get("served", ""))
    given = None if served is None else datetime.fromtimestamp(served, UTC)
    held = timedelta(seconds=min(max(waited, 0), 10**8))
    return made_at(given, held, req.now())


@blueprint.post("/portions/<int:portion_id>/place")
@repeatable("sets a value")
@signed_in
def place(portion_id: int) -> Response:
    """Keep the place and go on to a section (or stay at the end, where the check is)."""
    section = max(1, whole(request.form, "section") or 1)
    opened = portions.open_portion(req.caller(), portion_id)
    moved = portions.keep_place(req.caller(), opened, section - 1, _made())
    if moved.done_at is not None and opened.done_at is None:
        # Anyone who goes on to the last section has it yet to read: the page opens at its top.
        say(_("本篇已完成。"), at="end" if moved.place == opened.place else "")
        return redirect(url_for("study.portion", portion_id=portion_id, s=section), 303)
    # Reading goes on with the text: the eye and the focus pass over the head of the page.
    return redirect(url_for("study.portion", portion_id=portion_id, s=section, _anchor="text"), 303)


@blueprint.post("/portions/<int:portion_id>/check")
@repeatable("tries are unlimited, and the first right one counts")
@signed_in
def check(portion_id: int) -> Response:
    """Answer the check question; tries are unlimited, the explanation is shown after a right answer."""
    caller = req.caller()
    opened = portions.open_portion(caller, portion_id)
    chosen = request.form.getlist("answer")
    if chosen:
        # Who reached the check has the last section before the eyes.
        opened = portions.keep_place(caller, opened, opened.last, _made())
        opened = portions.answer_check(caller, opened, {"options": chosen}, _made())
        verdict = _verdict(opened.checked)
        say(verdict["text"], verdict["kind"], at="check")
    else:
        say(_("请先作答。"), "due", at="check")
    end = url_for("study.portion", portion_id=portion_id, s=opened.last + 1, _anchor="check")
    return redirect(end, 303)
