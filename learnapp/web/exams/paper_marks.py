"""Marks given on paper: keyed by one, then by another who does not see them; where they differ is shown."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.exams import paper_marks
from learnapp.services.exams.paper_marks import KeyedMarks
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.input import hundredths
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, marks_label, person_label, problem
from question_bank.kinds import QuestionType

blueprint = Blueprint("paper_marks", __name__)


@blueprint.get("/paper/<public_id>/marks")
@may(Permission.ANSWER_ENTER)
def entry(public_id: str) -> str:
    """The form for the marks of each question, and where one's own differ from another's."""
    return _page(public_id)


def _page(public_id: str, broken: RuleBroken | None = None) -> str:
    found = paper_marks.keyed(req.caller(), public_id)
    wrong = None if broken is None else problem(broken.code, **broken.params)
    mine = found.mine.marks if found.mine is not None else {}
    sat_at = (found.mine.sat_at if found.mine is not None else req.now()).astimezone(ZONE)
    return render_template(
        "exams/paper_entry/marks.html",
        title=found.script.exam.title,
        person=person_label(found.script.person, found.script.login_name),
        url=url_for(".key", public_id=public_id),
        back_url=url_for("on_paper.show", public_id=public_id),
        is_open=found.script.attempt.state == "open",
        keyed=found.mine is not None,
        differences=_differences(found),
        wrong=wrong,
        wrong_time=wrong if broken is not None and broken.field == "sat_at" else None,
        sat_at=request.form.get("sat_at") or f"{sat_at:%Y-%m-%dT%H:%M}",
        rows=[
            {
                "name": f"q{place.ordinal}",
                "ordinal": place.ordinal,
                "about": f"{label(QuestionType, place.type)} · "
                + _("满分 %(m)s", m=marks_label(place.marks)),
                "value": request.form.get(f"q{place.ordinal}", _written(mine, place.ordinal)),
                "error": wrong
                if broken is not None and broken.field == f"q{place.ordinal}"
                else None,
            }
            for place in found.script.places
        ],
    )


def _written(marks: dict[str, int], question: int) -> str:
    given = marks.get(str(question))
    return "" if given is None else marks_label(given)


def _differences(found: KeyedMarks) -> list[dict[str, str]]:
    return [
        {
            "question": str(each.question),
            "mine": marks_label(each.first),
            "other": marks_label(each.second),
        }
        for each in found.differences
    ]


@blueprint.post("/paper/<public_id>/marks")
@makes
@may(Permission.ANSWER_ENTER)
def key(public_id: str) -> str | Response | tuple[str, int]:
    """Keep the marks; the second who reads the same hands the attempt in."""
    typed = {
        int(name[1:]): hundredths(value.strip())
        for name, value in request.form.items()
        if name[:1] == "q" and name[1:].isascii() and name[1:].isdigit() and len(name) < 6
    }
    try:
        differ = paper_marks.key(req.caller(), public_id, typed, _sat_at())
    except RuleBroken as broken:
        return _page(public_id, broken), 422
    if differ is None:
        say(_("两人录的一致，已交卷并计分。"))
        return redirect(url_for("on_paper.show", public_id=public_id), 303)
    text = (
        _("已录入，等另一人录。") if not differ else _("与另一人有 %(n)s 题不同。", n=len(differ))
    )
    say(text, "due" if differ else "good", at="marks")
    return redirect(url_for(".entry", public_id=public_id), 303)


def _sat_at() -> datetime:
    """When the sheet was handed in, as the form says it. Raises RuleBroken."""
    try:
        return datetime.fromisoformat(request.form.get("sat_at", "")).replace(tzinfo=ZONE)
    except (ValueError, OverflowError) as unread:
        raise RuleBroken("sat_at", "date_needed") from unread
