"""A window's results by unit, beside those of the last one, and by question, the worst first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.domain.exams.mark_sheet import UnitResult
from learnapp.services.exams import mark_sheets, results
from learnapp.services.exams.results import Comparison, QuestionResults, UnitCompared
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import label, moment_label, percent_label, shortened
from learnapp.web.exams.results import sheet_reader
from question_bank.kinds import QuestionType

blueprint = Blueprint("analysis", __name__)
_STEM = 60


@blueprint.get("/rooms/<int:window_id>/results/units")
@may(Permission.MARKS_READ)
def units(window_id: int) -> str:
    """Each unit's counts in 建制序, beside the last window's; units are compared, people never."""
    found = results.compared(req.caller(), window_id)
    last = None
    if found.before is not None:
        exam, window = found.before
        last = {
            "title": f"{exam.title} · {moment_label(window.opens_at)}",
            "url": url_for("analysis.units", window_id=window.id),
        }
    return render_template(
        "exams/results/units.html",
        title=found.exam.title,
        about=_about(found),
        back_url=url_for("results.show", window_id=window_id),
        last=last,
        rows=[_unit(window_id, each) for each in found.units],
        whole=_unit(window_id, found.whole),
    )


def _about(found: Comparison | QuestionResults) -> str:
    return mark_sheets.about(found, sheet_reader())


def _unit(window_id: int, each: UnitCompared) -> dict[str, Any]:
    counts = each.now or UnitResult(each.unit_id, 0, 0, 0, 0, 0, 0)
    at = {"window_id": window_id, "unit": each.unit_id or None}
    return {
        "name": each.name or _("合计"),
        "url": url_for("results.show", **at) if each.now else "",  # type: ignore[arg-type]
        "counts": counts,
        "rest": _rest(counts),
        "sitting": percent_label(counts.sitting_rate),
        "passing": percent_label(counts.pass_rate),
        "permille": counts.pass_rate.permille or 0,
        "before": percent_label(each.before.pass_rate) if each.before else "—",
        "before_permille": each.before.pass_rate.permille if each.before else None,
        "change": _change(each),
    }


def _rest(counts: UnitResult) -> str:
    """Why who is missing is missing, as far as anybody is."""
    parts = [
        (counts.absent, _("缺考 %(n)s", n=counts.absent)),
        (counts.deferred, _("缓考 %(n)s", n=counts.deferred)),
        (counts.excused, _("免考 %(n)s", n=counts.excused)),
        (counts.misconduct, _("违纪 %(n)s", n=counts.misconduct)),
        (counts.voided_otherwise, _("作废 %(n)s", n=counts.voided_otherwise)),
        (counts.unmarked, _("待阅 %(n)s", n=counts.unmarked)),
    ]
    return _("、").join(text for count, text in parts if count)


def _change(each: UnitCompared) -> str:
    """By how many percentage points the printed pass rates differ."""
    if each.now is None or each.before is None:
        return ""
    now, before = each.now.pass_rate.permille, each.before.pass_rate.permille
    if now is None or before is None:
        return ""
    if now == before:
        return _("持平")
    points = f"{abs(now - before) / 10:g}"
    return _("升 %(n)s 个百分点", n=points) if now > before else _("降 %(n)s 个百分点", n=points)


@blueprint.get("/rooms/<int:window_id>/results/questions")
@may(Permission.MARKS_READ)
def questions(window_id: int) -> str:
    """Each question of the window's papers: how many had it right, those with the fewest marks first."""
    page = asked_page()
    found = results.questions_of(req.caller(), window_id, (page - 1) * SIZE, SIZE)
    return render_template(
        "exams/results/questions.html",
        title=found.exam.title,
        about=_about(found),
        back_url=url_for("results.show", window_id=window_id),
        rows=[
            {
                "stem": shortened(each.stem, _STEM),
                "type": label(QuestionType, each.type),
                "asked": each.asked,
                "right": each.right,
                "share": percent_label(each.share),
                "permille": each.share.permille or 0,
                "all_right": percent_label(Share(each.right, each.asked)),
                "url": _question_url(each.version_id),
            }
            for each in found.questions
        ],
        page=pager("analysis.questions", page, found.found, window_id=window_id),
    )


def _question_url(version_id: int) -> str:
    """The question's page; who may put it right and reads no bank comes there at once."""
    if req.actor().may(Permission.BANK_READ):
        return url_for("questions.show", version_id=version_id)
    if req.actor().may(Permission.KEY_REVISE):
        return url_for("corrections.key", version_id=version_id)
    return ""
