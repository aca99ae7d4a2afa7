"""补学: the sections behind the wrong answers, read one by one, then the way to another paper."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.remediation import ReadingReason
from learnapp.services.exams import remediation
from learnapp.services.exams.remediation import SectionBehind, Unplaced, WayBack
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.html import mark_safe
from learnapp.web.core.wording import moment_label

blueprint = Blueprint("remedy", __name__)


def _mine(exam_id: int) -> WayBack:
    way = remediation.way_back(req.own_caller(), exam_id)
    if way is None:
        raise NotFound("exam_unknown")
    return way


@blueprint.get("/exams/<int:exam_id>/way-back")
@signed_in
def index(exam_id: int) -> str:
    """What is to be read, what has been, and the start of another paper once all is."""
    way = _mine(exam_id)
    rows = [
        {
            "title": each.heading or each.title,
            "reading": each.title,
            "length": each.length,
            "questions": each.questions if way.keys else None,
            "read": each.read,
            "by_category": each.why is ReadingReason.CATEGORY,
            "url": _section_url(exam_id, each),
        }
        for each in way.sections
    ]
    return render_template(
        "exams/remediation/index.html",
        title=way.exam.title,
        rows=rows,
        unread=way.unread,
        unplaced=[_unplaced(each) for each in way.unplaced],
        nothing_for=way.nothing_for,
        keys=way.keys,
        window_id=way.window.id,
        closes=moment_label(way.window.closes_at),
        result_url=url_for("attempts.result", public_id=way.attempt),
    )


def _unplaced(each: Unplaced) -> str:
    """A question for which there is nothing to read, with what is known of where it is treated."""
    if each.source:
        return gettext("第 %(n)s 题：%(s)s", n=each.ordinal, s=each.source)
    if each.category:
        return gettext("第 %(n)s 题：没有写依据，章节是 %(c)s", n=each.ordinal, c=each.category)
    return gettext("第 %(n)s 题：没有写依据，也没有章节", n=each.ordinal)


def _section_url(exam_id: int, section: SectionBehind) -> str:
    return url_for(
        "remedy.section", exam_id=exam_id, version_id=section.version_id, ordinal=section.ordinal
    )


@blueprint.get("/exams/<int:exam_id>/way-back/<int:version_id>/<int:ordinal>")
@signed_in
def section(exam_id: int, version_id: int, ordinal: int) -> str:
    """One section to read."""
    way = _mine(exam_id)
    wanted = [(each.version_id, each.ordinal) for each in way.sections]
    if (version_id, ordinal) not in wanted:
        raise NotFound("section_unknown")
    place = wanted.index((version_id, ordinal))
    each = way.sections[place]
    return render_template(
        "exams/remediation/section.html",
        title=each.title,
        heading=each.heading,
        html=mark_safe(each.html),
        place=place + 1,
        count=len(way.sections),
        read=each.read,
        url=_section_url(exam_id, each),
        back_url=url_for("remedy.index", exam_id=exam_id),
    )


@blueprint.post("/exams/<int:exam_id>/way-back/<int:version_id>/<int:ordinal>")
@repeatable("a section is read once")
@signed_in
def read(exam_id: int, version_id: int, ordinal: int) -> Response:
    """The section is read: on to the next unread one, or back to the list."""
    way = remediation.read(req.own_caller(), exam_id, version_id, ordinal)
    left = next((each for each in way.sections if not each.read), None)
    flash(gettext("已读完一节，还剩 %(n)s 节。", n=way.unread), "good")
    if left is not None:
        return redirect(_section_url(exam_id, left), 303)
    return redirect(url_for("remedy.index", exam_id=exam_id), 303)
