"""What a proctor or owner does about a window: further windows and time, voiding, releasing, telling."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from learnapp.db.exams.reach import window_in_reach
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import DomainError, Forbidden, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import VoidCause, WindowKind
from learnapp.services.exams import accommodations, auto_marking, exams, late_answers, proctoring
from learnapp.services.exams import paper_entry as paper_service
from learnapp.services.people import choices
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, steps_up
from learnapp.web.core.messages import say
from learnapp.web.core.wording import moment_label, problem
from learnapp.web.exams import monitoring
from learnapp.web.exams.announcement_form import AnnouncementForm, announced_label
from learnapp.web.exams.monitoring import blueprint


def beside(form: FlaskForm, refused: DomainError) -> int:
    """Put a refusal beside its field, what concerns people beside their names; the reply's status."""
    field = refused.field if isinstance(refused, RuleBroken) else "people"
    form[field].errors = [problem(refused.code, **refused.params)]
    return 422 if isinstance(refused, RuleBroken) else 403


def back(window_id: int) -> Response:
    """To the window's page."""
    return redirect(url_for("rooms.show", window_id=window_id), 303)


@blueprint.post("/rooms/<int:window_id>/windows")
@makes
@may(Permission.EXAM_EDIT)
def add_window(window_id: int) -> str | Response | tuple[str, int]:
    """A further batch, a make-up for the absent, a retake for the failed, or a resit."""
    form = monitoring.WindowForm()
    if not form.validate_on_submit():
        return monitoring.room_page(window_id, window_form=form), 422
    caller, session = req.caller(), req.session()
    exam, _window = window_in_reach(caller, window_id, Permission.ATTEMPT_WATCH)
    opens = form.opens_at.data.replace(tzinfo=ZONE)
    closes = form.closes_at.data.replace(tzinfo=ZONE)
    try:
        with session.begin_nested():
            names = form.people.data or ""
            people = choices.people_named(caller, Permission.EXAM_EDIT, names)
            made = exams.add_window(caller, exam, WindowKind(form.kind.data), opens, closes)
            if people:
                accommodations.limit_to_people(caller, made, people)
    except (RuleBroken, Forbidden) as refused:
        status = beside(form, refused)
        return monitoring.room_page(window_id, window_form=form), status
    flash(gettext("已加一场：%(t)s。", t=moment_label(made.opens_at)), "good")
    return back(made.id)


@blueprint.post("/rooms/<int:window_id>/time")
@makes
@may(Permission.ALLOWANCE_GRANT)
def add_time(window_id: int) -> str | Response | tuple[str, int]:
    """Further time for a unit: a power cut, a network that was down; or what was given too much back."""
    form = monitoring.with_units(monitoring.TimeForm())
    if not form.validate_on_submit():
        return monitoring.room_page(window_id, time_form=form), 422
    back_again = request.form.get("do") == "reduce"
    service_of = proctoring.reduce_unit if back_again else proctoring.allow_unit
    count = service_of(
        req.caller(),
        window_id,
        form.unit.data,
        form.minutes.data * 60,
        form.reason.data,
    )
    if back_again:
        text = ngettext("已从 %(num)s 份答卷减回。", "已从 %(num)s 份答卷减回。", count)
    else:
        text = ngettext("已为 %(num)s 份答卷加时。", "已为 %(num)s 份答卷加时。", count)
    say(text, "good" if count else "due", at="time")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/extra")
@makes
@may(Permission.ALLOWANCE_GRANT)
def add_extra_time(window_id: int) -> str | Response | tuple[str, int]:
    """Further time for named people in every attempt of this exam to come."""
    form = monitoring.ExtraForm(prefix="extra-")
    if not form.validate_on_submit():
        return monitoring.room_page(window_id, extra_form=form), 422
    caller = req.caller()
    exam, _window = window_in_reach(caller, window_id, Permission.ATTEMPT_WATCH)
    try:
        people = choices.people_named(caller, Permission.ALLOWANCE_GRANT, form.people.data or "")
        seconds = form.minutes.data * 60
        accommodations.give_extra_time(caller, exam.id, people, seconds, form.reason.data)
    except (RuleBroken, Forbidden) as refused:
        status = beside(form, refused)
        return monitoring.room_page(window_id, extra_form=form), status
    say(gettext("已记下，开始作答时自动加时。"), at="extra")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/events/<event_id>/admit")
@makes
@may(Permission.ANSWER_ADMIT)
def admit(window_id: int, public_id: str, event_id: str) -> Response:
    """Let a late answer count."""
    reason = request.form.get("reason", "")
    late_answers.accept_late_answer(req.caller(), public_id, event_id, reason)
    say(gettext("已采纳，重新计分。"), at="late")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/paper")
@makes
@may(Permission.ANSWER_ENTER)
def on_paper(window_id: int) -> Response:
    """Draw a paper for somebody who answers with a pen."""
    public_id = paper_service.begin(
        req.caller(),
        window_id,
        request.form.get("person", 0, int),
        req.randomness().seed(),
    )
    flash(gettext("已抽出一份试卷，可以打印。"), "good")
    return redirect(url_for("on_paper.show", public_id=public_id), 303)


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/time")
@makes
@may(Permission.ALLOWANCE_GRANT)
def add_time_for_one(window_id: int, public_id: str) -> Response:
    """Further time for one attempt."""
    minutes = min(240, max(0, request.form.get("minutes", 0, int)))
    reason = request.form.get("reason", "")
    proctoring.allow(req.caller(), public_id, minutes * 60, reason)
    say(gettext("已加时 %(n)s 分钟。", n=minutes), at=f"attempt-{public_id}")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/void")
@makes
@may(Permission.ATTEMPT_VOID)
def void(window_id: int, public_id: str) -> Response:
    """Void an attempt; after misconduct only a resit is left, otherwise the person may start again."""
    reason, asked = request.form.get("reason", ""), request.form.get("cause", "")
    cause = VoidCause(asked) if asked in set(VoidCause) else VoidCause.OTHER
    proctoring.void(req.caller(), public_id, reason, cause)
    text = gettext("已作废，本人可以重新开始。")
    if cause is VoidCause.MISCONDUCT:
        text = gettext("已按违纪作废，成绩册写“违”；本人不能再考这场，要考的安排重考。")
    say(text, at=f"attempt-{public_id}")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/announcement")
@makes
@may(Permission.ANNOUNCE)
def announce(window_id: int) -> str | Response | tuple[str, int]:
    """Say something to everybody who answers here; an empty text takes it back."""
    form = AnnouncementForm(prefix="say-")
    text = form.text.data or ""
    try:
        proctoring.announce(req.caller(), window_id, text)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return monitoring.room_page(window_id, announcement_form=form), 422
    flash(announced_label(text), "good")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/attempts/<public_id>/announcement")
@makes
@may(Permission.ANNOUNCE)
def announce_to_one(window_id: int, public_id: str) -> Response:
    """Say something to one candidate alone."""
    text = request.form.get("text", "")
    proctoring.announce_to(req.caller(), public_id, text)
    flash(announced_label(text), "good")
    return back(window_id)


@blueprint.post("/rooms/<int:window_id>/release")
@makes
@steps_up
@may(Permission.MARKS_RELEASE)
def release(window_id: int) -> Response:
    """Set the marks free after a check (复核)."""
    exam, _window = window_in_reach(req.caller(), window_id, Permission.ATTEMPT_WATCH)
    auto_marking.release(req.caller(), exam.id)
    flash(gettext("成绩已公布。"), "good")
    return back(window_id)
