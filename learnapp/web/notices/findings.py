"""指导组: problems found at units from finding to closing, the list to take out, and what the group opened."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.notices.findings import FindingState, FindingStep
from learnapp.reports.figure_sheet import FigureSheet, workbook
from learnapp.services.notices import finding_work
from learnapp.services.notices.finding_work import FindingLine, NewFinding
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.downloads import attachment
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import day_label, label, moment_label, problem
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("findings", __name__)
_USUAL_DAYS = 14
_MOST = 2_000  # rows of one workbook


class FindingForm(FlaskForm):
    """A problem: at which unit, what, what is asked, by when."""

    unit = SelectField(_("单位"), coerce=int)
    title = StringField(_("问题"), [InputRequired(_("请填写内容")), Length(max=200)])
    found = TextAreaField(
        _("发现的情况"), [InputRequired(_("请填写内容")), Length(max=lengths.PARAGRAPH)]
    )
    asked = TextAreaField(
        _("整改要求"), [InputRequired(_("请填写内容")), Length(max=lengths.PARAGRAPH)]
    )
    due_on = DateField(_("整改期限"), [InputRequired(_("请填日期"))])


@blueprint.get("/findings")
@may(Permission.FINDING_READ)
def index() -> str:
    """The findings of units within reach: what runs first, by its day."""
    page, whole = asked_page(), request.args.get("show") == "all"
    lines, total = finding_work.listed(req.caller(), not whole, PageSpan(page, SIZE))
    may_write = req.actor().may(Permission.FINDING_WRITE)
    return render_template(
        "notices/findings.html",
        rows=[_row(each) for each in lines],
        whole=whole,
        choices=[
            {"label": gettext("在办"), "url": url_for(".index"), "current": not whole},
            {"label": gettext("全部"), "url": url_for(".index", show="all"), "current": whole},
        ],
        xlsx_url=url_for("findings.workbook_of_all"),
        new_url=url_for("findings.new") if may_write else None,
        visits_url=url_for("findings.visits") if may_write else None,
        page=pager("findings.index", page, total, show="all" if whole else None),
    )


def _state(line: FindingLine) -> str:
    state = label(FindingState, FindingState(line.finding.state))
    return gettext("%(s)s，已逾期", s=state) if line.overdue else state


def _row(line: FindingLine) -> dict[str, str]:
    row = line.finding
    return {
        "title": row.title,
        "meta": gettext("%(u)s · 期限 %(d)s", u=line.unit, d=day_label(row.due_on)),
        "state": _state(line),
        "css": "lost" if line.overdue else "muted",
        "url": url_for("findings.show", finding_id=row.id),
    }


@blueprint.get("/findings/new")
@may(Permission.FINDING_WRITE)
def new() -> str:
    """A form for a problem."""
    form = _form()
    if form.due_on.data is None:
        form.due_on.data = local_day(req.now()) + timedelta(days=_USUAL_DAYS)
    return _form_page(form)


def _form() -> FindingForm:
    form = FindingForm()
    offer_units(form.unit, Permission.FINDING_WRITE)
    return form


def _form_page(form: FindingForm, wrong: str = "") -> str:
    return render_template(
        "notices/finding_new.html", form=form, wrong=wrong, url=url_for("findings.record")
    )


@blueprint.post("/findings/new")
@makes
@may(Permission.FINDING_WRITE)
def record() -> str | BaseResponse | tuple[str, int]:
    """Record a problem; the unit's heads and liaisons are notified."""
    form = _form()
    if not form.validate():
        return _form_page(form), 422
    asked = NewFinding(
        form.unit.data,
        form.title.data or "",
        form.found.data or "",
        form.asked.data or "",
        form.due_on.data,
    )
    try:
        row = finding_work.open_finding(req.caller(), asked)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _form_page(form), 422
    except Forbidden as refused:
        return _form_page(form, problem(refused.code, **refused.params)), 403
    say(gettext("已提出，单位负责人和联络员会收到通知。"))
    return redirect(url_for("findings.show", finding_id=row.id), 303)


@blueprint.get("/findings/<int:finding_id>")
@may(Permission.FINDING_READ)
def show(finding_id: int) -> str:
    """A problem: what was found, what is asked, what was done about it."""
    return _page(finding_id)


def _page(finding_id: int, wrong: str = "", typed: str = "") -> str:
    found = finding_work.one(req.caller(), finding_id)
    line, row = found.line, found.line.finding
    return render_template(
        "notices/finding.html",
        title=row.title,
        unit=line.unit,
        state=_state(line),
        css="lost" if line.overdue else "muted",
        found=row.found,
        asked=row.asked,
        facts=[
            (gettext("整改期限"), day_label(row.due_on)),
            (gettext("提出"), f"{line.by} · {moment_label(row.recorded_at)}"),
        ],
        entries=[
            {
                "step": label(FindingStep, FindingStep(each.step)),
                "by": f"{name} · {moment_label(each.recorded_at)}",
                "text": each.text,
            }
            for each, name in found.entries
        ],
        steps=[
            {"value": str(each), "label": label(FindingStep, each), "kind": _LOOKS[each]}
            for each in FindingStep
            if each in found.steps
        ],
        answers=FindingStep.ANSWER in found.steps,
        url=url_for(
            "findings.answer" if FindingStep.ANSWER in found.steps else "findings.decide",
            finding_id=finding_id,
        ),
        mark=found.mark,
        wrong=wrong,
        typed=typed,
    )


_LOOKS = {
    FindingStep.ANSWER: "primary",
    FindingStep.CLOSE: "primary",
    FindingStep.RETURN: "secondary",
    FindingStep.WITHDRAW: "quiet",
}


@blueprint.post("/findings/<int:finding_id>/answer")
@makes
@may(Permission.FINDING_ANSWER)
def answer(finding_id: int) -> str | BaseResponse | tuple[str, int]:
    """The unit's rectification."""
    return _take(finding_id, FindingStep.ANSWER)


@blueprint.post("/findings/<int:finding_id>/decide")
@makes
@may(Permission.FINDING_WRITE)
def decide(finding_id: int) -> str | BaseResponse | tuple[str, int]:
    """The group returns, closes or withdraws it."""
    wanted = request.form.get("step", "")
    known = {str(each): each for each in FindingStep if each is not FindingStep.ANSWER}
    if wanted not in known:
        return _page(finding_id, problem("bad_choice"), request.form.get("text", "")), 422
    return _take(finding_id, known[wanted])


def _take(finding_id: int, step: FindingStep) -> str | BaseResponse | tuple[str, int]:
    text = request.form.get("text", "")
    if len(text) > lengths.PARAGRAPH:
        return _page(finding_id, problem("value_too_long", most=lengths.PARAGRAPH), text), 422
    try:
        taken = finding_work.take(
            req.caller(), finding_id, step, text, request.form.get("seen", "")
        )
    except RuleBroken as broken:
        return _page(finding_id, problem(broken.code, **broken.params), text), 422
    except Conflict as refused:
        return _page(finding_id, problem(refused.code, **refused.params), text), 409
    say(gettext("已记录。") if taken else gettext("早已办过。"))
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


@blueprint.get("/findings.xlsx")
@may(Permission.FINDING_READ)
def workbook_of_all() -> Response:
    """问题整改台账: every finding within reach with the unit's newest answer."""
    caller = req.caller()
    lines, _total = finding_work.listed(caller, False, PageSpan(1, _MOST))
    answers = finding_work.answers_of(req.session(), [each.finding.id for each in lines])
    columns = [
        gettext("单位"), gettext("问题"), gettext("发现的情况"), gettext("整改要求"),
        gettext("整改期限"), gettext("整改情况"), gettext("状态"),
    ]  # fmt: skip
    rows = [
        [
            each.unit,
            each.finding.title,
            each.finding.found,
            each.finding.asked,
            day_label(each.finding.due_on),
            answers.get(each.finding.id, ""),
            _state(each),
        ]
        for each in lines
    ]
    title = gettext("问题整改台账")
    made = gettext("截至 %(t)s", t=moment_label(req.now()))
    sheet = FigureSheet(title, [(made, gettext("%(n)s 个问题", n=len(rows)))], columns, rows)
    return attachment(workbook(sheet), f"{title}.xlsx")


@blueprint.get("/findings/visits")
@may(Permission.VISIT_READ)
def visits() -> str:
    """What the group's members opened, the newest first: for the group alone."""
    page = asked_page()
    rows, total = finding_work.visits(req.caller(), PageSpan(page, SIZE))
    return render_template(
        "notices/visits.html",
        rows=[
            {"title": each.title, "meta": f"{name} · {moment_label(each.recorded_at)}"}
            for each, name in rows
        ],
        page=pager("findings.visits", page, total),
    )
