"""An attempt handed in by mistake opened again, further time withdrawn, marks released: seen first."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from learnapp.db.exams.reach import window_in_reach
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, Forbidden, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import Release, SubmittedBy
from learnapp.services.exams import accommodations, auto_marking, proctoring, reopening
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, moment_label, person_label, problem, with_note

blueprint = Blueprint("reopening", __name__)

_MINUTE = timedelta(minutes=1)


class ReopenForm(FlaskForm):
    """For how long an attempt is open again, and why."""

    minutes = IntegerField(
        _("恢复后的作答时间（分钟）"),
        [InputRequired(_("请填数字")), NumberRange(0, 240, _("0 至 240"))],
    )
    reason = StringField(_("原因"), [InputRequired(_("请填原因")), Length(max=lengths.LINE)])


@blueprint.get("/rooms/<int:window_id>/attempts/<public_id>/reopen")
@may(Permission.ATTEMPT_REOPEN)
def ask(window_id: int, public_id: str) -> str:
    """How the attempt was handed in, and how much time it would have."""
    return _page(public_id)


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/reopen")
@repeatable("what is open stays open")
@may(Permission.ATTEMPT_REOPEN)
def reopen(window_id: int, public_id: str) -> str | Response | tuple[str, int]:
    """Open it again."""
    caller = req.caller()
    reopening.look(caller, public_id)
    form = ReopenForm()
    if not form.validate_on_submit():
        return _page(public_id, form), 422
    try:
        until = reopening.reopen(caller, public_id, form.minutes.data, form.reason.data)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _page(public_id, form), 422
    except Conflict:
        return _page(public_id, form), 409
    if until is None:
        say(gettext("这份答卷已经在作答中。"), "info", at=f"attempt-{public_id}")
    else:
        text = gettext("已恢复作答，到 %(t)s。已通知本人。", t=moment_label(until))
        say(text, at=f"attempt-{public_id}")
    return redirect(url_for("rooms.show", window_id=window_id), 303)


def _page(public_id: str, form: ReopenForm | None = None) -> str:
    found = reopening.look(req.caller(), public_id)
    left = -(-found.left // _MINUTE)  # minutes, up to a whole one
    by = label(SubmittedBy, found.submitted_by) if found.submitted_by else ""
    return render_template(
        "exams/monitoring/reopen.html",
        window_id=found.window_id,
        public_id=public_id,
        person=person_label(found.person, found.login_name),
        exam=found.exam_title,
        handed_in=with_note(moment_label(found.submitted_at), by),
        left=ngettext("%(num)s 分钟", "%(num)s 分钟", left),
        seen=found.seen,
        refusal=found.refusal and problem(found.refusal.code, **found.refusal.params),
        form=form or ReopenForm(formdata=None, minutes=left),
    )


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/reduce")
@makes
@may(Permission.ALLOWANCE_GRANT)
def reduce(window_id: int, public_id: str) -> Response:
    """Take back time that was given to one attempt and is not used."""
    minutes = min(240, max(0, request.form.get("minutes", 0, int)))
    reason = request.form.get("reason", "")
    at = f"attempt-{public_id}"
    try:
        taken = proctoring.reduce(req.caller(), public_id, minutes * 60, reason)
        say(gettext("已减回 %(n)s 分钟；用掉的不减。", n=_minutes(taken)), at=at)
    except (RuleBroken, Conflict) as refused:
        say(problem(refused.code, **refused.params), "lost", at=at)
    return redirect(url_for("rooms.show", window_id=window_id), 303)


@blueprint.post("/rooms/<int:window_id>/extra/<int:person_id>/reduce")
@makes
@may(Permission.ALLOWANCE_GRANT)
def reduce_extra(window_id: int, person_id: int) -> Response:
    """Take back time that a person has from the start."""
    caller = req.caller()
    minutes = min(240, max(0, request.form.get("minutes", 0, int)))
    exam = window_in_reach(caller, window_id, Permission.ALLOWANCE_GRANT)[0]
    try:
        taken = accommodations.reduce_extra_time(
            caller,
            exam.id,
            person_id,
            minutes * 60,
            request.form.get("reason", ""),
        )
        say(gettext("已减回 %(n)s 分钟。", n=_minutes(taken)), at="extra")
    except (RuleBroken, Conflict) as refused:
        say(problem(refused.code, **refused.params), "lost", at="extra")
    return redirect(url_for("rooms.show", window_id=window_id), 303)


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:.1f}".removesuffix(".0")


@blueprint.get("/rooms/<int:window_id>/release")
@may(Permission.MARKS_RELEASE)
def ask_release(window_id: int) -> str:
    """How many results a release would show, and that it cannot be undone."""
    caller = req.caller()
    exam, _window = window_in_reach(caller, window_id, Permission.MARKS_RELEASE)
    found, refusal = None, None
    try:
        found = auto_marking.releasing(caller, exam.id)
    except (Conflict, Forbidden) as refused:
        refusal = problem(refused.code, **refused.params)
    return render_template(
        "exams/monitoring/release.html",
        window_id=window_id,
        title=exam.title,
        by_hand=exam.release == Release.BY_HAND,
        found=found,
        refusal=refusal,
    )
