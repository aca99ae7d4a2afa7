"""周报: issues of a stage, a unit's report with its files, comments and signature."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from learnapp.db.reports.models import ReportIssue
from learnapp.domain.core import lengths
from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.weekly import ReportKind
from learnapp.reports import official, official_sheet
from learnapp.services.reports import weekly
from learnapp.services.reports.weekly import HeadRemark, ReportPage
from learnapp.services.reports.weekly_text import official_text
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, label, moment_label, report_texts
from learnapp.wording.reports import ReportLine

blueprint = Blueprint("weekly", __name__)

_WRITERS = {"xlsx": official_sheet.workbook, "docx": official.document}


class CommentForm(FlaskForm):
    """What a head adds to the figures."""

    text = TextAreaField(
        _("说明"),
        [InputRequired(_("请填写内容")), Length(max=lengths.PARAGRAPH)],
    )


@blueprint.get("/weekly")
@may(Permission.PROGRESS_READ)
def index() -> str:
    """The issues of each stage in reach, the newest first, for the topmost unit in reach."""
    return render_template(
        "reports/weekly_index.html",
        briefings_url=url_for("briefings.index")
        if req.actor().may(Permission.BRIEFING_EDIT)
        else None,
        files_url=url_for("month_files.index") if req.actor().may(Permission.FILES_MAKE) else None,
        times_url=url_for("cut_offs.show")
        if req.actor().may(Permission.PROGRAMME_PUBLISH)
        else None,
        stages=[
            {
                "name": f"{each.stage.programme_name} · {each.stage.name} · {each.unit_name}",
                "issues": [_issue(issue, each.unit_id) for issue in each.issues],
            }
            for each in weekly.reports_of(req.caller())
        ],
    )


def _issue(issue: ReportIssue, unit_id: int) -> dict[str, str]:
    return {
        "title": gettext(
            "%(k)s 第%(n)s期", k=label(ReportKind, ReportKind(issue.kind)), n=issue.number
        ),
        "meta": gettext("截至 %(t)s", t=moment_label(issue.cut_off)),
        "url": url_for("weekly.show", issue_id=issue.id, unit_id=unit_id),
    }


@blueprint.get("/weekly/<int:issue_id>/units/<int:unit_id>")
@may(Permission.PROGRESS_READ)
def show(issue_id: int, unit_id: int) -> str:
    """A unit's report as it was frozen."""
    return _page(issue_id, unit_id, CommentForm())


def _page(issue_id: int, unit_id: int, form: CommentForm) -> str:
    page = weekly.of_unit(req.caller(), issue_id, unit_id)
    at: dict[str, Any] = {"issue_id": issue_id, "unit_id": unit_id}
    return render_template(
        "reports/weekly.html",
        texts=report_texts(page.report),
        lines=_lines(page),
        comments=[_remark(each) for each in page.comments],
        signature=None if page.signature is None else _remark(page.signature),
        form=form,
        comment_url=url_for("weekly.comment", **at)
        if weekly.may_comment(req.caller(), page)
        else None,
        sign_url=url_for("weekly.sign", **at) if weekly.may_sign(req.caller(), page) else None,
        files=[
            {"label": name, "url": url_for("weekly.export", form=kind, **at)}
            for kind, name in (("xlsx", gettext("下载 Excel")), ("docx", gettext("下载 Word")))
        ],
        briefing_url=url_for("briefings.new", **at)
        if weekly.may_brief(req.caller(), page)
        else None,
        previous_url=_neighbour(page.previous_id, unit_id),
        next_url=_neighbour(page.next_id, unit_id),
    )


def _neighbour(issue_id: int | None, unit_id: int) -> str | None:
    return None if issue_id is None else url_for("weekly.show", issue_id=issue_id, unit_id=unit_id)


def _lines(page: ReportPage) -> list[dict[str, Any]]:
    """The table's rows: the total, then each unit with a way to its own report."""
    texts = report_texts(page.report)
    return [_line(texts.total, None, True)] + [
        _line(
            each,
            None
            if each.unit_id == page.unit_id
            else url_for("weekly.show", issue_id=page.issue_id, unit_id=each.unit_id),
            False,
        )
        for each in texts.lines
    ]


def _line(line: ReportLine, url: str | None, is_total: bool) -> dict[str, Any]:
    counts = line.counts
    return {
        "name": line.name,
        "url": url,
        "total": is_total,
        "people": counts.people,
        "task": line.task,
        "done": counts.done,
        "owed": counts.owed,
        "due": line.due,
        "due_done": counts.due_done,
        "due_count": counts.due,
        "behind": counts.behind,
        "verdict": None if line.verdict is None else str(line.verdict),
        "verdict_words": line.verdict_words,
        "points": line.points,
        "signed": line.signed,
    }


def _remark(remark: HeadRemark) -> dict[str, str]:
    return {"text": remark.text, "by": f"{remark.name} · {moment_label(remark.at)}"}


@blueprint.get("/weekly/<int:issue_id>/units/<int:unit_id>/<form>")
@may(Permission.PROGRESS_READ)
def export(issue_id: int, unit_id: int, form: str) -> Response:
    """The report as a file: the same numbers as the page."""
    if form not in _WRITERS:
        abort(404)
    page = weekly.of_unit(req.caller(), issue_id, unit_id)
    texts = report_texts(page.report)
    name = f"{texts.title}-{day_label(page.report.header.cut_off)}.{form}"
    return attachment(_WRITERS[form](official_text(language(), page)), name)


@blueprint.post("/weekly/<int:issue_id>/units/<int:unit_id>/comment")
@makes
@may(Permission.REPORT_COMMENT)
def comment(issue_id: int, unit_id: int) -> str | BaseResponse | tuple[str, int]:
    """Add a comment."""
    form = CommentForm()
    if not form.validate():
        return _page(issue_id, unit_id, form), 422
    weekly.comment(req.caller(), issue_id, unit_id, form.text.data or "")
    say(gettext("已加上说明。"), at="remarks")
    return redirect(url_for("weekly.show", issue_id=issue_id, unit_id=unit_id), 303)


@blueprint.post("/weekly/<int:issue_id>/units/<int:unit_id>/sign")
@repeatable("a report is signed once, and the page says by whom")
@may(Permission.REPORT_SIGN)
def sign(issue_id: int, unit_id: int) -> BaseResponse:
    """Sign the report off."""
    if weekly.sign(req.caller(), issue_id, unit_id):
        say(gettext("已签发。"), at="remarks")
    else:
        say(gettext("这期周报早已签发。"), "info", at="remarks")
    return redirect(url_for("weekly.show", issue_id=issue_id, unit_id=unit_id), 303)
