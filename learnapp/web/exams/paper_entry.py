"""Paper attempts: the sheet to print, the entry by one person, the check by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.exams.attempt_models import PaperEntry
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.scans import KINDS
from learnapp.services.exams import paper_entry, paper_scans
from learnapp.services.exams.paper_entry import PaperAttempt
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.wording import (
    label,
    marks_label,
    moment_label,
    parted,
    person_label,
    problem,
    shortened,
)
from question_bank.content import from_json
from question_bank.kinds import QuestionType
from question_bank.options import letter_of

blueprint = Blueprint("on_paper", __name__)

_SHOWN = 40


@blueprint.get("/paper/<public_id>")
@may(Permission.ANSWER_ENTER)
def show(public_id: str) -> str:
    """The paper to print, and what is to be done with it next."""
    return _show(public_id)


def _show(public_id: str, wrong: str | None = None) -> str:
    found = paper_entry.script(req.caller(), public_id)
    entry = found.entry
    mine = entry is not None and entry.recorded_by == req.actor().person_id
    return render_template(
        "exams/paper_entry/show.html",
        title=found.exam.title,
        person=person_label(found.person, found.login_name),
        public_id=public_id,
        back_url=url_for("rooms.show", window_id=found.attempt.window_id),
        places=[printed_place(place) for place in found.places],
        handed_in=found.attempt.submitted_at and moment_label(found.attempt.submitted_at),
        is_open=found.attempt.state == "open",
        waits=found.waits_for_verifying,
        mine=mine,
        mark=found.mark,
        remark=entry.remark
        if entry is not None and entry.outcome == paper_entry.RETURNED
        else None,
        entered=_entered(found, entry)
        if entry and found.waits_for_verifying and not mine
        else None,
        sat_at=moment_label(entry.sat_at) if entry is not None else None,
        wrong=wrong,
        scans=[
            {
                "label": each.file.name,
                "at": moment_label(each.recorded_at),
                "url": url_for("scans.show", public_id=public_id, file_id=each.file.public_id),
            }
            for each in paper_scans.scans_of(req.caller(), public_id)
        ],
        kinds=",".join(f".{each}" for each in KINDS),
    )


def printed_place(place: Any) -> dict[str, Any]:
    """A place of a paper as it prints: letters as the candidate sees them."""
    contents = {o["id"]: o["content"] for o in place.options}
    return {
        "ordinal": place.ordinal,
        "type": place.type,
        "type_label": label(QuestionType, place.type),
        "marks": _("%(m)s 分", m=marks_label(place.marks)),
        "passage": place.passage,
        "stem": place.stem,
        "options": [
            {"letter": letter_of(n), "content": contents[each]}
            for n, each in enumerate(place.option_order)
        ],
        "blanks": place.blanks,
    }


def _entered(found: PaperAttempt, entry: PaperEntry) -> list[dict[str, Any]]:
    """The entry as letters and words, to be held beside the paper."""
    return [
        {
            "ordinal": place.ordinal,
            "stem": _short(place),
            "answer": _as_written(place, entry.responses.get(str(place.ordinal))),
        }
        for place in found.places
    ]


def _short(place: Any) -> str:
    return shortened(from_json(place.stem).plain, _SHOWN)


def _as_written(place: Any, response: dict[str, Any] | None) -> str:
    if response is None:
        return _("未答")
    if "options" in response:
        order = list(place.option_order)
        places = sorted(order.index(each) for each in response["options"])
        return "".join(map(letter_of, places))
    return parted(response["blanks"]) if "blanks" in response else str(response["text"])


@blueprint.get("/paper/<public_id>/entry")
@may(Permission.ANSWER_ENTER)
def entry(public_id: str) -> str:
    """The form to type an answer sheet into."""
    return _entry(public_id)


def _entry(public_id: str, broken: RuleBroken | None = None) -> str:
    found = paper_entry.script(req.caller(), public_id)
    wrong = None if broken is None else problem(broken.code, **broken.params)
    rows = []
    for place in found.places:
        name = f"q{place.ordinal}"
        rows.append(
            {
                "name": name,
                "ordinal": place.ordinal,
                "type": place.type,
                "type_label": label(QuestionType, place.type),
                "stem": _short(place),
                "blanks": request.form.getlist(name) or [""] * place.blanks,
                "value": request.form.get(name, ""),
                "error": wrong if broken is not None and broken.field == name else None,
            }
        )
    now = req.now().astimezone(ZONE)
    return render_template(
        "exams/paper_entry/entry.html",
        title=found.exam.title,
        person=person_label(found.person, found.login_name),
        rows=rows,
        url=url_for("on_paper.enter", public_id=public_id),
        back_url=url_for("on_paper.show", public_id=public_id),
        sat_at=request.form.get("sat_at") or f"{now:%Y-%m-%dT%H:%M}",
        wrong=wrong,
        wrong_time=wrong if broken is not None and broken.field == "sat_at" else None,
    )


@blueprint.post("/paper/<public_id>/entry")
@makes
@may(Permission.ANSWER_ENTER)
def enter(public_id: str) -> str | Response | tuple[str, int]:
    """Keep what was typed; another person checks it."""
    caller = req.caller()
    found = paper_entry.script(caller, public_id)
    typed: dict[int, Any] = {}
    for place in found.places:
        name = f"q{place.ordinal}"
        blank = place.type == "fill_blank"
        typed[place.ordinal] = request.form.getlist(name) if blank else request.form.get(name, "")
    try:
        paper_entry.enter(caller, public_id, typed, _sat_at())
    except RuleBroken as broken:
        return _entry(public_id, broken), 422
    flash(_("已录入，请另一人核对。"), "good")
    return redirect(url_for("on_paper.show", public_id=public_id), 303)


def _sat_at() -> datetime:
    """When the sheet was handed in, as the form says it. Raises RuleBroken."""
    try:
        local = datetime.fromisoformat(request.form.get("sat_at", ""))
        return local.replace(tzinfo=ZONE)
    except (ValueError, OverflowError) as unread:
        raise RuleBroken("sat_at", "date_needed") from unread


@blueprint.post("/paper/<public_id>/check")
@makes
@may(Permission.ANSWER_ENTER)
def check(public_id: str) -> str | Response | tuple[str, int]:
    """The second person agrees, and it is marked; or sends it back with a remark."""
    agrees = request.form.get("do") == "agree"
    remark, seen = request.form.get("remark", ""), request.form.get("seen", "")
    try:
        paper_entry.verify(req.caller(), public_id, seen, agrees, remark)
    except RuleBroken as broken:
        return _show(public_id, problem(broken.code, **broken.params)), 422
    flash(_("已核对，交卷并计分。") if agrees else _("已退回，请重新录入。"), "good")
    return redirect(url_for("on_paper.show", public_id=public_id), 303)
