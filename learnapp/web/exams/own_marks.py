"""我的成绩: one's own marks over the months, and the way from a wrong answer to what to read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.share import Share
from learnapp.domain.exams.own_marks import OwnMark, chart_points
from learnapp.services.exams import attempt_results, own_marks, remediation
from learnapp.services.study import library
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, marks_label, percent_label

blueprint = Blueprint("own_marks", __name__)
_WIDTH, _HEIGHT = 326, 110


@blueprint.get("/exams/marks")
@signed_in
def index() -> str:
    """A small chart of one's own marks, and each with the way to its result."""
    found = own_marks.marks_of(req.own_caller())
    points = chart_points(found, _WIDTH, _HEIGHT)
    return render_template(
        "exams/results/own.html",
        rows=[_row(each) for each in found],
        sentence=_sentence(found),
        points=points,
        line=" ".join(f"{each.x},{each.y}" for each in points),
        first=day_label(local_day(found[-1].at)) if found else "",
        last=day_label(local_day(found[0].at)) if found else "",
    )


def _sentence(found: list[OwnMark]) -> str:
    if not found:
        return ""
    passed = sum(1 for each in found if each.passed)
    return _(
        "%(n)s 次，合格 %(m)s 次，最近一次 %(p)s。",
        n=len(found),
        m=passed,
        p=percent_label(Share(found[0].awarded, found[0].full)),
    )


def _row(each: OwnMark) -> dict[str, Any]:
    return {
        "title": each.title,
        "meta": day_label(local_day(each.at)),
        "state": f"{marks_label(each.awarded)} / {marks_label(each.full)}",
        "css": "good" if each.passed else "due",
        "url": url_for("attempts.result", public_id=each.attempt),
    }


@blueprint.get("/attempts/<public_id>/questions/<int:ordinal>/read")
@signed_in
def behind(public_id: str, ordinal: int) -> Response:
    """To the section that a question rests on; where no reading has it, to what the library has of its law;
    back to the question where that has nothing either."""
    head = attempt_results.head_of(req.session(), req.own(), public_id)
    place = remediation.place_behind(req.own_caller(), head, ordinal)
    if place.portion_id is None:
        if not place.words or not library.readings_for(req.own_caller(), place.words):
            say(_("您的资料库里没有讲这道题依据的篇目。"), "info", at=f"q{ordinal}")
            return redirect(url_for("attempts.result", public_id=public_id, _anchor="told"))
        say(_("没有正好讲这道题的篇目，可以在资料库里找。"), "info")
        return redirect(url_for("library.index", q=place.words or None))
    return redirect(
        url_for("study.portion", portion_id=place.portion_id, s=place.section, _anchor="text")
    )
