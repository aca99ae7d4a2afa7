"""A window's times corrected, a window cancelled or restored: seen first, then done, with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import InputRequired, Length

from learnapp.db.exams.corrections import corrections_of
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.reach import window_in_reach
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind, WindowState, WindowTimes
from learnapp.services.exams import window_corrections
from learnapp.services.exams.window_corrections import CorrectionPreview
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, moment_label, problem, span_label

blueprint = Blueprint("window_corrections", __name__)


# The first is what a field is filled with; every browser reads it.
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


class TimesForm(FlaskForm):
    """The times of a window as they should be, and why."""

    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))], format=_FORMATS)
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))], format=_FORMATS)
    reason = StringField(_("原因"), [InputRequired(_("请填原因")), Length(max=lengths.LINE)])


@blueprint.get("/rooms/<int:window_id>/times")
@may(Permission.EXAM_EDIT)
def times(window_id: int) -> str | tuple[str, int]:
    """The times as they are, and with other times what they would change."""
    window = _window(window_id)
    if "closes_at" not in request.args:
        return _page(window, _filled(window))
    form = TimesForm(request.args, meta={"csrf": False})
    if not form.validate():
        return _page(window, form), 422
    try:
        found = window_corrections.preview(req.caller(), window_id, _span(form, window))
    except (RuleBroken, Conflict) as refused:
        return _page(window, form, refused=refused), 422
    return _page(window, form, found)


@blueprint.post("/rooms/<int:window_id>/times")
@repeatable("the same times change nothing")
@may(Permission.EXAM_EDIT)
def correct(window_id: int) -> str | Response | tuple[str, int]:
    """Give the window these times."""
    window, form = _window(window_id), TimesForm()
    if not form.validate_on_submit():
        return _page(window, form), 422
    span = _span(form, window)
    try:
        done = window_corrections.correct(req.caller(), window_id, span, form.reason.data)
    except (RuleBroken, Conflict) as refused:
        return _page(window, form, refused=refused), 422
    if done:
        text = gettext(
            "时间已改为 %(a)s – %(b)s。",
            a=moment_label(span.opens_at),
            b=moment_label(span.closes_at),
        )
        say(text, at="times")
    else:
        say(gettext("时间没有变化。"), "info", at="times")
    return _back(window_id)


@blueprint.post("/rooms/<int:window_id>/cancel")
@repeatable("what is cancelled stays cancelled")
@may(Permission.EXAM_EDIT)
def cancel(window_id: int) -> Response:
    """Cancel the window."""
    reason = request.form.get("reason", "")
    try:
        window_corrections.cancel(req.caller(), window_id, reason)
        say(gettext("本场已取消。开考前可以撤销取消。"), at="times")
    except (RuleBroken, Conflict) as refused:
        say(problem(refused.code, **refused.params), "lost", at="times")
    return _back(window_id)


@blueprint.post("/rooms/<int:window_id>/restore")
@repeatable("what is planned stays planned")
@may(Permission.EXAM_EDIT)
def restore(window_id: int) -> Response:
    """Take the cancellation back."""
    reason = request.form.get("reason", "")
    try:
        window_corrections.restore(req.caller(), window_id, reason)
        say(gettext("已恢复，本场按原定时间开考。"), at="times")
    except (RuleBroken, Conflict) as refused:
        say(problem(refused.code, **refused.params), "lost", at="times")
    return _back(window_id)


def _window(window_id: int) -> ExamWindow:
    return window_in_reach(req.caller(), window_id, Permission.EXAM_EDIT)[1]


def _back(window_id: int) -> Response:
    return redirect(url_for("rooms.show", window_id=window_id), 303)


def _filled(window: ExamWindow) -> TimesForm:
    """The form with the times as they are."""
    return TimesForm(
        formdata=None,
        opens_at=window.opens_at.astimezone(ZONE),
        closes_at=window.closes_at.astimezone(ZONE),
    )


def _span(form: TimesForm, window: ExamWindow) -> WindowTimes:
    return WindowTimes(
        _exact(form.opens_at.data, window.opens_at), _exact(form.closes_at.data, window.closes_at)
    )


def _exact(wanted: datetime, held: datetime) -> datetime:
    """What a field says in minutes; the time that is held where it says the same."""
    instant = wanted.replace(tzinfo=ZONE)
    return held if held.replace(second=0, microsecond=0) == instant else instant


def _page(
    window: ExamWindow,
    form: TimesForm,
    found: CorrectionPreview | None = None,
    refused: RuleBroken | Conflict | None = None,
) -> str:
    """The page; a refusal is shown beside its field, or above the form."""
    refusal = None
    if refused is not None:
        text = problem(refused.code, **refused.params)
        if isinstance(refused, RuleBroken) and refused.field in form:
            form[refused.field].errors = [text]
        else:
            refusal = text
    exam, _window = window_in_reach(req.caller(), window.id, Permission.EXAM_EDIT)
    return render_template(
        "exams/monitoring/times.html",
        form=form,
        window_id=window.id,
        title=exam.title,
        kind=label(WindowKind, window.kind),
        now=span_label(window.opens_at, window.closes_at),
        opened=window.opens_at <= req.now(),
        cancelled=window.state == WindowState.CANCELLED,
        refusal=refusal,
        preview=None if found is None else _preview(found),
        past=[_past(each) for each in corrections_of(req.session(), window.id)],
    )


def _preview(found: CorrectionPreview) -> dict[str, Any]:
    """What will change, for whom, how many."""
    facts = [
        (gettext("原来"), _span_label(WindowTimes(found.window.opens_at, found.window.closes_at))),
        (gettext("改为"), _span_label(found.new)),
        (gettext("正在作答"), ngettext("%(num)s 人", "%(num)s 人", found.answering)),
    ]
    if found.longer:
        text = ngettext(
            "%(num)s 人的作答时间随之延长", "%(num)s 人的作答时间随之延长", found.longer
        )
        facts.append((gettext("延长"), text))
    if found.due_moves:
        facts.append((gettext("计划"), gettext("考试任务的到期时间一起改")))
    warning = None
    if found.stage_ends_at is not None:
        warning = gettext(
            "新的截止时间在阶段结束（%(t)s）之后；计划仍以阶段结束为到期时间。",
            t=moment_label(found.stage_ends_at),
        )
    return {"changes": found.changes, "facts": facts, "warning": warning}


def _span_label(span: WindowTimes) -> str:
    return span_label(span.opens_at, span.closes_at)


def _past(each: Any) -> dict[str, str]:
    """A correction that was made, for the list below the form."""
    names = {
        "corrected": gettext("改时间"),
        "cancelled": gettext("取消"),
        "restored": gettext("恢复"),
        "added": gettext("新增"),
    }
    return {
        "at": moment_label(each.recorded_at),
        "what": names[each.kind],
        "before": _span_label(WindowTimes(each.opens_before, each.closes_before)),
        "reason": each.reason,
    }
