"""值班另批: a batch for those whom the duty roster has on duty on the exam's day, their names first."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField
from wtforms.validators import InputRequired

from learnapp.db.exams.reach import window_in_reach
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowTimes
from learnapp.services.exams import duty_batches
from learnapp.services.exams.duty_batches import DutyBatch
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.wording import listed, person_label, span_label
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Page, Refused

blueprint = Blueprint("duty_batches", __name__)
Reply = str | Response | tuple[str, int]


class BatchForm(FlaskForm):
    """From when to when."""

    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])


@blueprint.route("/rooms/<int:window_id>/duty-batch", methods=["GET", "POST"])
@makes
@may(Permission.EXAM_EDIT)
def add(window_id: int) -> Reply:
    """The form, then for whom the batch would be, then the batch."""
    exam, window = window_in_reach(req.caller(), window_id, Permission.EXAM_EDIT)
    form, step = BatchForm(), previewed.asked()
    back = url_for("rooms.show", window_id=window_id)
    about = f"{exam.title} · {span_label(window.opens_at, window.closes_at)}"
    hint = gettext("给按值班表在这一场的日子值班、还没考的人另排一批。试卷另抽。")
    page = Page(gettext("值班另批"), about, gettext("预览"), back, (hint,))
    if step in ("form", "edit"):
        return previewed.form_page(page, form)
    if not form.validate():
        return previewed.form_page(page, form, 422)
    times = WindowTimes(
        form.opens_at.data.replace(tzinfo=ZONE), form.closes_at.data.replace(tzinfo=ZONE)
    )
    try:
        if step == "confirm":
            made = duty_batches.make(req.caller(), window_id, times)
            say(gettext("已安排：%(t)s。", t=span_label(made.opens_at, made.closes_at)), at="times")
            return redirect(url_for("rooms.show", window_id=made.id), 303)
        found = duty_batches.propose(req.caller(), window_id, times)
    except Refused as broken:
        previewed.refused(form, broken)
        return previewed.form_page(page, form, 422)
    done = Page(page.title, about, gettext("确认安排"), back)
    return _preview(done, times, found)


def _preview(page: Page, times: WindowTimes, found: DutyBatch) -> str:
    tells = [
        f"{each.unit} {person_label(each.name, each.login_name)}" for each in found.people
    ] or [gettext("这一场的日子没有人按值班表值班。")]
    if found.on_duty_then:
        names = listed(person_label(each.name, each.login_name) for each in found.on_duty_then)
        tells.append(gettext("新的时间也在值班，不在内：%(n)s", n=names))
    return render_template(
        "people/action_preview.html",
        page=page,
        facts=[
            (gettext("时间"), span_label(times.opens_at, times.closes_at)),
            (gettext("人数"), gettext("%(n)s 人", n=len(found.people))),
        ],
        changes=[],
        unchanged=False,
        tells=tells,
        carried=previewed.carried(),
    )
