"""Questions that somebody thinks are wrong: reported from a result, listed and answered by editors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.bank.question_reports import ReportedVersion, open_reports
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import question_reports
from learnapp.services.exams import attempt_results
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, signed_in
from learnapp.web.core.wording import moment_label, problem
from learnapp.web.exams.attempts import result_page

blueprint = Blueprint("reports", __name__)


def reported(found: ReportedVersion) -> dict[str, Any]:
    """A report as its list and the page of its question show it."""
    report, version = found.report, found.version
    return {
        "id": report.id,
        "text": report.text,
        "at": moment_label(report.recorded_at),
        "url": url_for("questions.show", version_id=version.id),
        "stem": version.stem,
        "own": is_own(req.actor(), report.person_id),
    }


@blueprint.get("/questions/reports")
@may(Permission.BANK_EDIT)
def report_list() -> str:
    """What people reported, oldest first."""
    found = open_reports(req.caller())
    return render_template("bank/reports.html", reports=[reported(each) for each in found])


@blueprint.post("/questions/reports/<int:report_id>")
@makes
@may(Permission.BANK_EDIT)
def answer_report(report_id: int) -> Response:
    """Answer a report and close it."""
    text = request.form.get("answer", "")
    question_reports.answer(req.caller(), report_id, text)
    flash(gettext("已答复，反馈人会看到。"), "good")
    return redirect(url_for(".report_list"), 303)


@blueprint.post("/attempts/<public_id>/questions/<int:ordinal>/report")
@makes
@signed_in
def report(public_id: str, ordinal: int) -> Response | tuple[str, int]:
    """Report a question of one's own result; its outcome is shown at that question."""
    text = request.form.get("text", "")
    try:
        question_reports.report(req.own_caller(), public_id, ordinal, text)
    except RuleBroken as broken:
        head = attempt_results.head_of(req.session(), req.own(), public_id)
        return result_page(head, (ordinal, problem(broken.code, **broken.params))), 422
    show = "wrong" if request.args.get("show") == "wrong" else None
    place = url_for("attempts.result", public_id=public_id, show=show, _anchor=f"report-{ordinal}")
    return redirect(place, 303)
