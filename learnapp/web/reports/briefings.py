"""简报 and 月考通报: drafted, checked figure by figure on the page, issued, downloaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional

from learnapp.config import Config
from learnapp.db.people import unit_paths
from learnapp.db.reports.models import Briefing, ReportIssue
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.briefings import BriefingKind, issued_text, proof_text
from learnapp.reports import briefing_document
from learnapp.services.reports import briefing_files, briefings, weekly
from learnapp.services.reports.briefing_files import Copy
from learnapp.services.reports.briefings import NewBriefing
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import label, moment_label, problem, report_texts
from learnapp.wording.briefings import OwnWords

blueprint = Blueprint("briefings", __name__)

_FIGURE = re.compile(r"〔F(\d+)〕")


def _home() -> Path:
    return cast(Config, current_app.extensions["learnapp.config"]).home


class WordsForm(FlaskForm):
    """What the authors write themselves."""

    problems = TextAreaField(_("存在问题"), [Optional(), Length(max=lengths.PARAGRAPH)])
    next_steps = TextAreaField(_("下步要求"), [Optional(), Length(max=lengths.PARAGRAPH)])

    copies = TextAreaField(
        _("报、送、发"),
        [Optional(), Length(max=lengths.PARAGRAPH)],
        description=_("每行一项，如“报：市委政法委”"),
    )
    to = StringField(_("主送"), [Optional(), Length(max=lengths.LINE)])

    def words(self) -> OwnWords:
        """As a value."""
        fields = (self.problems, self.next_steps, self.copies, self.to)
        return OwnWords(*((each.data or "").strip() for each in fields))


@blueprint.get("/briefings")
@may(Permission.BRIEFING_EDIT)
def index() -> str:
    """The briefings of units within reach; `code` in the address looks for a check code."""
    page, code = asked_page(), request.args.get("code", "")
    rows, total = briefings.listed(req.caller(), PageSpan(page, SIZE))
    if code:
        rows, total = briefings.with_code(req.caller(), code), 0
    units = unit_paths.labels(req.session(), {row.unit_id for row in rows}, local_day(req.now()))
    return render_template(
        "reports/briefings.html",
        code=code,
        plan_url=url_for("plan_notices.new"),
        rows=[
            {
                "title": f"{units[row.unit_id]} · {_name(row)}",
                "meta": moment_label(row.issued_at or row.drafted_at),
                "state": row.check_code or gettext("草稿"),
                "url": url_for("briefings.show", briefing_id=row.id),
            }
            for row in rows
        ],
        page=pager("briefings.index", page, total),
    )


def _name(row: Briefing) -> str:
    return briefing_files.name_of(language(), row)


@blueprint.get("/weekly/<int:issue_id>/units/<int:unit_id>/briefing")
@may(Permission.BRIEFING_EDIT)
def new(issue_id: int, unit_id: int) -> str:
    """A form for the words of a briefing drawn from a report."""
    return _form_page(NewBriefing(issue_id, unit_id, OwnWords(), _exam()), WordsForm())


def _exam() -> int | None:
    return whole(request.values, "exam")


def _form_page(new: NewBriefing, form: WordsForm) -> str:
    page = weekly.of_unit(req.caller(), new.issue_id, new.unit_id)
    preview = briefings.content_of(req.caller(), new)
    exams = [each for each in page.report.header.exams if not each.running]
    at: dict[str, Any] = {"issue_id": new.issue_id, "unit_id": new.unit_id}
    return render_template(
        "reports/briefing_new.html",
        title=label(BriefingKind, new.kind),
        about=report_texts(page.report).title,
        form=form,
        exam=new.exam_id or "",
        kinds=[{"label": label(BriefingKind, BriefingKind.BRIEFING), "url": url_for(".new", **at)}]
        + [
            {
                "label": gettext("通报：%(e)s", e=each.title),
                "url": url_for(".new", exam=each.exam_id, **at),
            }
            for each in exams
        ],
        sections=[
            {"heading": each.heading, "paragraphs": [issued_text(p) for p in each.paragraphs]}
            for each in preview.sections
        ],
        url=url_for("briefings.draft", **at),
        back_url=url_for("weekly.show", **at),
    )


@blueprint.post("/weekly/<int:issue_id>/units/<int:unit_id>/briefing")
@makes
@may(Permission.BRIEFING_EDIT)
def draft(issue_id: int, unit_id: int) -> str | BaseResponse | tuple[str, int]:
    """Draft it."""
    form = WordsForm()
    asked = NewBriefing(issue_id, unit_id, form.words(), _exam())
    plain = NewBriefing(issue_id, unit_id, OwnWords(), _exam())
    if not form.validate():
        return _form_page(plain, form), 422
    try:
        row = briefings.draft(req.caller(), asked)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _form_page(plain, form), 422
    return redirect(url_for("briefings.show", briefing_id=row.id), 303)


@blueprint.get("/briefings/<int:briefing_id>")
@may(Permission.BRIEFING_EDIT)
def show(briefing_id: int) -> str:
    """The proof copy on the page: each figure leads to where it comes from."""
    row = briefings.one(req.caller(), briefing_id)
    form = WordsForm(data=row.words)
    return _page(row, form)


def _page(row: Briefing, form: WordsForm) -> str:
    content = briefings.content(row)
    at: dict[str, Any] = {"briefing_id": row.id}
    return render_template(
        "reports/briefing.html",
        title=_name(row),
        head=briefing_files.head_of(row, _copy(row, True)),
        sections=[
            {
                "heading": each.heading,
                "paragraphs": [_linked(row, text) for text in each.paragraphs],
            }
            for each in content.sections
        ],
        tables=[
            {
                "caption": each.caption,
                "columns": each.columns,
                "rows": [[_linked(row, cell) for cell in line] for line in each.rows],
            }
            for each in content.tables
        ],
        issued=row.issued_at is not None,
        fields=[form[name] for name in _FIELDS.get(row.kind, _OF_REPORT)],
        code=row.check_code,
        mark=briefings.mark(row),
        form=form,
        rewrite_url=url_for("briefings.rewrite", **at),
        issue_url=url_for("briefings.issue", **at)
        if row.issued_at is None and req.actor().may(Permission.REPORT_SIGN)
        else None,
        proof_url=url_for("briefings.export", copy="proof", **at),
        clean_url=url_for("briefings.export", copy="issued", **at),
        template_url=url_for("briefings.template", kind=row.kind),
    )


_OF_REPORT = ("problems", "next_steps", "copies")
_FIELDS: Mapping[str, tuple[str, ...]] = {BriefingKind.PLAN: ("to", "next_steps")}


def _linked(row: Briefing, text: str) -> Markup:
    """A text whose figures lead to where each comes from."""
    shown = str(escape(proof_text(text)))

    def link(found: re.Match[str]) -> str:
        number = int(found.group(1))
        url = url_for("briefings.figure", briefing_id=row.id, number=number)
        return f'<a class="figure-id" href="{escape(url)}">〔F{number}〕</a>'

    return Markup(_FIGURE.sub(link, shown))  # noqa: S704 — the text is escaped above


def _copy(row: Briefing, proof: bool) -> Copy:
    today = local_day(req.now())
    unit = unit_paths.labels(req.session(), [row.unit_id], today)[row.unit_id]
    return Copy(language(), unit, today, proof)


@blueprint.get("/briefings/<int:briefing_id>/figures/<int:number>")
@may(Permission.BRIEFING_EDIT)
def figure(briefing_id: int, number: int) -> str:
    """Where a figure comes from: what it is, of which unit, from which report, and who is behind it."""
    row = briefings.one(req.caller(), briefing_id)
    found = briefings.figure(row, number)
    if row.issue_id is None:
        abort(404)
    issue = req.session().get_one(ReportIssue, row.issue_id)
    page = weekly.of_unit(req.caller(), row.issue_id, row.unit_id)
    names = unit_paths.labels(req.session(), [found.unit_id], local_day(req.now()))
    return render_template(
        "reports/figure.html",
        title=gettext("F%(n)s：%(v)s", n=number, v=found.value),
        facts=[
            (gettext("是什么"), found.what),
            (gettext("单位"), names[found.unit_id]),
            (gettext("查询"), gettext("%(t)s 的定稿数据", t=report_texts(page.report).title)),
            (gettext("口径"), report_texts(page.report).counted),
            (gettext("截至"), moment_label(issue.cut_off)),
        ],
        report_url=url_for("weekly.show", issue_id=row.issue_id, unit_id=row.unit_id),
        people_url=url_for(
            "progress.people", stage_id=issue.stage_id, unit_id=found.unit_id, behind=1
        ),
        back_url=url_for("briefings.show", briefing_id=briefing_id),
    )


@blueprint.get("/briefings/<int:briefing_id>/docx/<copy>")
@may(Permission.BRIEFING_EDIT)
def export(briefing_id: int, copy: str) -> Response:
    """The proof copy, or the issued one once it is numbered, as a document."""
    row = briefings.one(req.caller(), briefing_id)
    if copy not in ("proof", "issued") or (copy == "issued" and row.issued_at is None):
        abort(404)
    proof = copy == "proof"
    template = briefing_document.template_of(_home(), briefing_files.template_name(row))
    data = briefing_files.document_of(template, row, _copy(row, proof))
    name = f"{_name(row)}-{gettext('核对稿')}" if proof else _name(row)
    return attachment(data, f"{name}.docx")


@blueprint.get("/briefings/template")
@may(Permission.BRIEFING_EDIT)
def template() -> Response:
    """The template in use of a kind, to be changed in Word."""
    plan = request.args.get("kind") == BriefingKind.PLAN
    name = briefing_document.PLAN_TEMPLATE if plan else briefing_document.TEMPLATE
    return attachment(briefing_document.template_of(_home(), name), name)


@blueprint.post("/briefings/<int:briefing_id>/words")
@repeatable("the same words written again are the same words")
@may(Permission.BRIEFING_EDIT)
def rewrite(briefing_id: int) -> str | BaseResponse | tuple[str, int]:
    """Change the words of a draft."""
    row, form = briefings.one(req.caller(), briefing_id), WordsForm()
    if not form.validate():
        return _page(row, form), 422
    try:
        briefings.rewrite(req.caller(), briefing_id, form.words(), request.form.get("seen", ""))
    except RuleBroken as broken:
        return _refused(row, form, broken)
    say(gettext("已保存。"))
    return redirect(url_for("briefings.show", briefing_id=briefing_id), 303)


def _refused(row: Briefing, form: WordsForm, broken: RuleBroken) -> tuple[str, int]:
    """The page again, with what was typed and what is wrong with it, or that it changed meanwhile."""
    wrong = problem(broken.code, **broken.params)
    if broken.field in form:
        form[broken.field].errors = [wrong]
    else:
        form.form_errors = [wrong]
    return _page(row, form), 422


@blueprint.post("/briefings/<int:briefing_id>/issue")
@makes
@may(Permission.REPORT_SIGN)
def issue(briefing_id: int) -> BaseResponse | tuple[str, int]:
    """Number and issue it."""
    try:
        row = briefings.issue(req.caller(), briefing_id, request.form.get("seen", ""))
    except RuleBroken as broken:
        found = briefings.one(req.caller(), briefing_id)
        return _refused(found, WordsForm(formdata=None, data=found.words), broken)
    say(gettext("已印发，校验码 %(c)s。", c=row.check_code))
    return redirect(url_for("briefings.show", briefing_id=briefing_id), 303)
