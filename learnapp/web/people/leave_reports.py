"""我的离岗: own absences and what they moved, days reported by oneself; and their confirmation by staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from learnapp.db.people.models import Absence, LeaveReport
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind
from learnapp.services.people import leave_reports
from learnapp.services.people.absences import NewAbsence
from learnapp.services.study.owed import items_owed
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable, signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, moment_label, problem

blueprint = Blueprint("leave", __name__)
_EFFECTS = {
    AbsenceEffect.DEFERS: _("期间到期的任务已顺延"),
    AbsenceEffect.EXCUSES: _("期间到期的任务不计"),
    AbsenceEffect.NONE: _("不影响到期"),
}


class LeaveForm(FlaskForm):
    """Why, and from when to when."""

    kind = SelectField(_("事由"))
    first_day = DateField(_("第一天"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("最后一天"), [InputRequired(_("请填日期"))])
    reason = StringField(
        _("说明"), [Optional(), Length(max=lengths.LINE)], description=_("只有确认的人看得到")
    )


def _form() -> LeaveForm:
    form = LeaveForm()
    form.kind.choices = select_options(
        [(str(each), label(AbsenceKind, each)) for each in AbsenceKind]
    )
    if request.method == "GET":
        form.first_day.data = form.last_day.data = local_day(req.now())
    return form


@blueprint.get("/me/leave")
@signed_in
def index() -> str:
    """One's absences, what they moved, what one reported, and the form to report more."""
    return _page(_form())


def _page(form: LeaveForm) -> str:
    caller = req.own_caller()
    absences, reports = leave_reports.own_absences(caller)
    moved = [
        each
        for each in items_owed(req.session(), req.reader().person_id, req.now())
        if each.duty is not None and each.duty.due.deferred and each.duty.due.at is not None
    ]
    return render_template(
        "people/leave/index.html",
        form=form,
        absences=[_absence(each) for each in absences],
        reports=[_report(each) for each in reports],
        moved=[
            {
                "title": each.title,
                "meta": gettext(
                    "原定 %(a)s，顺延到 %(b)s",
                    a=moment_label(each.duty.duty.due_at),
                    b=moment_label(each.duty.due.at),
                ),
            }
            for each in moved
            if each.duty is not None and each.duty.due.at is not None
        ],
    )


def _absence(each: Absence) -> dict[str, Any]:
    return {
        "label": f"{label(AbsenceKind, each.kind)} · {_days(each)}",
        "meta": str(_EFFECTS[AbsenceEffect(each.effect)]),
    }


def _days(each: Absence | LeaveReport | NewAbsence) -> str:
    if each.first_day == each.last_day:
        return day_label(each.first_day)
    return f"{day_label(each.first_day)} – {day_label(each.last_day)}"


def _report(each: LeaveReport) -> dict[str, Any]:
    state, css = gettext("待确认"), "due"
    if each.decided_at is not None:
        confirmed = each.absence_id is not None
        state, css = (gettext("已确认"), "good") if confirmed else (gettext("未通过"), "lost")
    return {
        "label": f"{label(AbsenceKind, each.kind)} · {_days(each)}",
        "meta": each.answer or gettext("%(t)s 报备", t=moment_label(each.recorded_at)),
        "state": state,
        "css": css,
        "take_back_url": url_for(".take_back", report_id=each.id)
        if each.decided_at is None
        else None,
    }


@blueprint.post("/me/leave")
@makes
@signed_in
def report() -> str | Response | tuple[str, int]:
    """Report one's own days away."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    new = NewAbsence(
        AbsenceKind(form.kind.data),
        form.first_day.data,
        form.last_day.data,
        form.reason.data or "",
    )
    try:
        leave_reports.report(req.own_caller(), new)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _page(form), 422
    say(gettext("已报备，联络员确认后生效。"), at="reports")
    return redirect(url_for(".index"), 303)


@blueprint.post("/me/leave/<int:report_id>/take-back")
@repeatable("what is gone stays gone")
@signed_in
def take_back(report_id: int) -> Response:
    """Take back what nobody has decided."""
    if leave_reports.take_back(req.own_caller(), report_id):
        say(gettext("已撤回。"), at="reports")
    else:
        say(gettext("已经处理过，没有撤回。"), "info", at="reports")
    return redirect(url_for(".index"), 303)


@blueprint.get("/leave-reports")
@may(Permission.ABSENCE_RECORD)
def waiting() -> str:
    """What people reported of themselves and nobody has decided."""
    return render_template(
        "people/leave/waiting.html",
        rows=[
            {
                "id": each.id,
                "name": name,
                "label": f"{label(AbsenceKind, each.kind)} · {_days(each)}",
                "reason": each.reason,
                "at": moment_label(each.recorded_at),
                "confirm_url": url_for(".confirm", report_id=each.id),
                "refuse_url": url_for(".refuse", report_id=each.id),
            }
            for each, name in leave_reports.waiting(req.caller())
        ],
    )


@blueprint.post("/leave-reports/<int:report_id>/confirm")
@repeatable("a report is decided once")
@may(Permission.ABSENCE_RECORD)
def confirm(report_id: int) -> Response:
    """Make it an absence."""
    done = leave_reports.confirm(req.caller(), report_id)
    _say_decided(done, gettext("已确认，期间到期的任务按规定顺延，本人会收到消息。"))
    return redirect(url_for(".waiting"), 303)


@blueprint.post("/leave-reports/<int:report_id>/refuse")
@repeatable("a report is decided once")
@may(Permission.ABSENCE_RECORD)
def refuse(report_id: int) -> Response:
    """Refuse it with a reason."""
    try:
        done = leave_reports.refuse(req.caller(), report_id, request.form.get("answer", ""))
    except RuleBroken as broken:
        say(problem(broken.code, **broken.params), "lost", at="waiting")
    else:
        _say_decided(done, gettext("已退回，本人会看到理由。"))
    return redirect(url_for(".waiting"), 303)


def _say_decided(done: bool, text: str) -> None:
    if done:
        say(text, at="waiting")
    else:
        say(gettext("早已处理过，没有再改动。"), "info", at="waiting")
